/** A value that templates render to the one that is given: what looks like an expression in its texts is escaped. */
export function literal(value: unknown): unknown {
  if (typeof value === 'string')
    return value.replace(/(\\*)\{\{/g, (_, backslashes: string) => `${backslashes}${backslashes}\\{{`);
  if (Array.isArray(value)) return value.map(literal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, literal(member)]));
}
