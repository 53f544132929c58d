/** `-i name=value` as it was written. */
export interface InputFlag {
  readonly name: string;
  readonly text: string;
}

/** Splits `name=value`; undefined when it has no name. */
export function parseInputFlag(text: string): InputFlag | undefined {
  const at = text.indexOf('=');
  return at <= 0 ? undefined : { name: text.slice(0, at), text: text.slice(at + 1) };
}
