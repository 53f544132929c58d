export type JsonList = readonly unknown[];
export type JsonMap = Readonly<Record<string, unknown>>;

export function isList(value: unknown): value is JsonList {
  return Array.isArray(value);
}

export function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The language's name for the type of a value. */
export function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  const type = typeof value;
  if (type === 'object') return 'map';
  return type === 'string' || type === 'number' || type === 'boolean' ? type : `${type} (not JSON)`;
}

/** Whether a value can be JSON, judged by the value alone and not by what it holds. */
export function isJson(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'object':
      return true;
    case 'number':
      return Number.isFinite(value);
    default:
      return false;
  }
}

/** The language's truth: false for false, null, 0, "", [] and {}; true for everything else. */
export function isTruthy(value: unknown): boolean {
  if (typeof value !== 'object') return Boolean(value);
  if (value === null) return false;
  if (Array.isArray(value)) return value.length > 0;
  for (const key in value) if (Object.hasOwn(value, key)) return true;
  return false;
}

/** The member of that name which the map itself has; undefined for anything inherited. */
export function ownMember(map: JsonMap, key: string): unknown {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** Writes a member as data, which an assignment to the key `__proto__` would not do. */
export function setMember(map: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') map[key] = value;
  else Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
}
