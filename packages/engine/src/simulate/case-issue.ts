/** One thing that is wrong with a case. */
export interface CaseIssue {
  /** Such as `mocks[0].task`; empty for the case as a whole. */
  readonly path: string;
  readonly message: string;
}

export type CaseMap = Readonly<Record<string, unknown>>;

export function isMap(value: unknown): value is CaseMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function expected(what: string, value: unknown, path: string): CaseIssue {
  return { path, message: `expected ${what}, got ${describe(value)}` };
}

/** Keys that mean nothing there. */
export function wrongKeys(map: CaseMap, known: readonly string[], path: string): readonly CaseIssue[] {
  return Object.keys(map)
    .filter((key) => !known.includes(key))
    .map((key) => ({ path: memberPath(path, key), message: `unknown key, expected one of ${known.join(', ')}` }));
}

/** `mocks[0].task`; keys that are not plain words stand in quotes. */
export function memberPath(path: string, key: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : `the ${typeof value} ${JSON.stringify(value)?.slice(0, 60)}`;
}
