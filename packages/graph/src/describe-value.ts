const shownMax = 40;

/** What a message says was got: `the text "abc"`, `the number 3`, `a list`. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `the text ${quote(value)}`;
    case 'number':
      return `the number ${value}`;
    case 'boolean':
      return String(value);
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? 'a list' : 'a map';
    default:
      return value === undefined ? 'nothing' : `a ${typeof value}`;
  }
}

/** In double quotes, with control characters escaped and cut to a length that fits a message. */
export function quote(text: string): string {
  return JSON.stringify(text.length <= shownMax ? text : `${text.slice(0, shownMax)}…`);
}
