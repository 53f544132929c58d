const mask = '***';

/** Masks secrets in whatever leaves the engine to be shown. */
export interface Redactor {
  text(text: string): string;
  /** A copy with every text masked; the value itself when there is nothing to mask. */
  value<Value>(value: Value): Value;
}

const transparent: Redactor = { text: (text) => text, value: (value) => value };

/** Replaces every occurrence of a secret's text. Empty secrets hide nothing. */
export function createRedactor(secrets: Readonly<Record<string, string>>): Redactor {
  const texts = Object.values(secrets)
    .filter((secret) => secret !== '')
    .sort((a, b) => b.length - a.length);
  if (texts.length === 0) return transparent;
  const text = (shown: string): string => texts.reduce((rest, secret) => rest.replaceAll(secret, mask), shown);
  return { text, value: (value) => redact(value, text) as typeof value };
}

function redact(value: unknown, text: (shown: string) => string): unknown {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return value.map((member) => redact(member, text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [text(key), redact(member, text)]));
}

/** Masks the inputs that their declaration calls secret. */
export function maskInputs(
  input: Readonly<Record<string, unknown>>,
  declarations: Readonly<Record<string, { readonly secret?: boolean }>>,
): Readonly<Record<string, unknown>> {
  const entries = Object.entries(input);
  return Object.fromEntries(entries.map(([name, value]) => [name, declarations[name]?.secret === true ? mask : value]));
}
