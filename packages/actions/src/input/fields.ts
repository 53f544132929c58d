import { membersOf, mismatch, type Field } from './read-input.ts';

/** A member that may be left out or null; `fallback` stands for it then. */
export function optional<Value, const Fallback>(field: Field<Value>, fallback: Fallback): Field<Value | Fallback> {
  return (value, path) => (value === undefined || value === null ? fallback : field(value, path));
}

/** Any JSON, null included; undefined where it is left out. */
export const anything: Field<unknown> = (value) => value;

export const text: Field<string> = (value, path) => {
  if (typeof value === 'string') return value;
  throw mismatch(path, 'text', value);
};

/** Text, or a number or boolean written as text, as templates of a single expression yield them. */
export const scalar: Field<string> = (value, path) => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw mismatch(path, 'text, a number or a boolean', value);
};

/** A scalar that the operating system can take: it ends every text at a NUL character. */
export const argument: Field<string> = (value, path) => {
  const read = scalar(value, path);
  if (!read.includes('\0')) return read;
  throw mismatch(path, 'text without NUL characters', value);
};

export const filePath: Field<string> = (value, path) => {
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return value;
  throw mismatch(path, 'the path of a file', value);
};

export const flag: Field<boolean> = (value, path) => {
  if (typeof value === 'boolean') return value;
  throw mismatch(path, 'true or false', value);
};

export function integer(minimum: number): Field<number> {
  return (value, path) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= minimum) return value;
    throw mismatch(path, `an integer of at least ${minimum}`, value);
  };
}

export function oneOf<const Choice extends string>(choices: readonly Choice[]): Field<Choice> {
  return (value, path) => {
    const choice = choices.find((each) => each === value);
    if (choice !== undefined) return choice;
    throw mismatch(path, `one of ${choices.join(', ')}`, value);
  };
}

export function listOf<Value>(field: Field<Value>): Field<readonly Value[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw mismatch(path, 'a list', value);
    return value.map((member: unknown, index) => field(member, `${path}[${index}]`));
  };
}

/** A map as pairs, so that no name is special. */
export function pairsOf<Value>(field: Field<Value>): Field<readonly (readonly [string, Value])[]> {
  return (value, path) =>
    Object.entries(membersOf(value, path)).map(([name, member]) => [name, field(member, `${path}.${name}`)] as const);
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** A hundred years: what is longer was not meant. */
const durationMsMax = 100 * 365 * 86_400_000;

/** Milliseconds of `250ms`, `10s`, `5m`, `2h`, `3d` or a number of seconds. */
export const durationMs: Field<number> = (value, path) => {
  const read = typeof value === 'number' ? value * 1_000 : parseDuration(value);
  if (read >= 0 && read <= durationMsMax) return Math.round(read);
  throw mismatch(path, 'a duration such as 250ms, 10s, 5m, 2h or 3d, or a number of seconds', value);
};

function parseDuration(value: unknown): number {
  const parts = typeof value === 'string' ? /^\s*(\d{1,15}(?:\.\d{1,9})?)(ms|s|m|h|d)?\s*$/.exec(value) : null;
  return Number(parts?.[1] ?? Number.NaN) * (unitMs[parts?.[2] ?? 's'] ?? Number.NaN);
}
