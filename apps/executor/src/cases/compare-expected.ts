/** A place at which a result is not what was expected. */
export interface Difference {
  /** Such as `actions[0].input.url`; empty for the whole. */
  readonly path: string;
  readonly expected: unknown;
  /** Absent where there is nothing. */
  readonly got?: unknown;
}

type Members = Readonly<Record<string, unknown>>;

/**
 * What differs from a partial expectation: of maps only the keys that it names are looked at; lists have to be as long, and
 * their members are compared in the same way.
 */
export function compareExpected(expected: unknown, got: unknown, path = ''): readonly Difference[] {
  if (Array.isArray(expected) && Array.isArray(got) && expected.length === got.length) {
    return expected.flatMap((member, place) => compareExpected(member, got[place], `${path}[${place}]`));
  }
  if (isMap(expected) && isMap(got)) {
    return Object.entries(expected).flatMap(([key, member]) => {
      const at = memberPath(path, key);
      return Object.hasOwn(got, key) ? compareExpected(member, got[key], at) : [{ path: at, expected: member }];
    });
  }
  return expected === got ? [] : [{ path, expected, got }];
}

function isMap(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function memberPath(path: string, key: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}
