/** Whether two JSON values are the same. The second bounds the depth, so that it may be compared with anything. */
export function jsonEqual(value: unknown, expected: unknown): boolean {
  if (typeof expected !== 'object' || expected === null) return value === expected;
  if (typeof value !== 'object' || value === null || Array.isArray(value) !== Array.isArray(expected)) return false;
  const entries = Object.entries(expected);
  if (Object.keys(value).length !== entries.length) return false;
  return entries.every(
    ([key, member]) => Object.hasOwn(value, key) && jsonEqual((value as Record<string, unknown>)[key], member),
  );
}
