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
      return describeObject(value);
    case 'bigint':
      return 'a BigInt';
    default:
      return value === undefined ? 'nothing' : `a ${typeof value}`;
  }
}

/** In double quotes, with control characters escaped and cut to a length that fits a message. */
export function quote(text: string): string {
  return JSON.stringify(text.length <= shownMax ? text : `${text.slice(0, shownMax)}…`);
}

function describeObject(value: object | null): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (isPlainObject(value)) return 'a map';
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1);
  return kind === 'Object' ? 'an instance of a class' : `an instance of ${kind}`;
}

/** Whether an object is a bare map of members, also one that was made in another realm. */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}
