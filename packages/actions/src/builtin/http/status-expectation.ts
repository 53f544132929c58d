import { mismatch, type Field } from '../../input/read-input.ts';

export interface StatusExpectation {
  /** As messages show it: `2xx or 404`. */
  readonly shown: string;
  matches(status: number): boolean;
}

const classPattern = /^[1-5]xx$/i;

export const anySuccess: StatusExpectation = { shown: '2xx', matches: (status) => status >= 200 && status < 300 };

/** A status, a class such as `2xx`, `any`, or a list of these. */
export const expectStatus: Field<StatusExpectation> = (value, path) => {
  if (!Array.isArray(value)) return one(value, path);
  if (value.length === 0) throw mismatch(path, 'a status or a list of at least one', value);
  const expectations = value.map((each: unknown, index) => one(each, `${path}[${index}]`));
  return {
    shown: expectations.map(({ shown }) => shown).join(' or '),
    matches: (status) => expectations.some((each) => each.matches(status)),
  };
};

function one(value: unknown, path: string): StatusExpectation {
  if (value === 'any') return { shown: 'any', matches: () => true };
  if (typeof value === 'string' && classPattern.test(value)) {
    const hundreds = Number(value[0]);
    return { shown: value.toLowerCase(), matches: (status) => Math.floor(status / 100) === hundreds };
  }
  if (typeof value === 'number' && Number.isInteger(value) && value >= 100 && value <= 599) {
    return { shown: String(value), matches: (status) => status === value };
  }
  throw mismatch(path, 'a status such as 200, a class such as 2xx, or any', value);
}

/** Whether the server may answer differently soon: it was too slow, too early or too busy, or failed itself. */
export function isPassing(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}
