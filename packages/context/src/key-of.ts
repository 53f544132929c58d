/** Immutable.js looks up the hash of a string longer than this in a plain object. */
const uncachedLengthMax = 16;
const escape = '\0';
const inherited = new Set(Object.getOwnPropertyNames(Object.prototype));

/**
 * The key under which a persistent map may hold a name. For a long name that every object inherits (`propertyIsEnumerable`)
 * Immutable.js takes the inherited function for its hash, and a second key with the hash 0 then sends it into endless
 * recursion; such names are set apart by one leading character. All other names are their own key, so that reading costs
 * no new string.
 */
export function keyOf(name: string): string {
  const apart = name.length > uncachedLengthMax && (inherited.has(name) || name.startsWith(escape));
  return apart ? escape + name : name;
}
