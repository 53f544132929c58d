/**
 * The one thing an expression may ask of the world. Every method is called lazily, only for the names
 * that the expression really reads, so that rendering never costs more than what is rendered.
 *
 * Values are plain JSON, passed by reference and never modified. `undefined` means "not known here".
 * Names are whatever an author wrote, `constructor` included: answer only for names that are really there.
 */
export interface Scope {
  /**
   * Value of a bare name (`item`, `index`, a variable) or of a whole namespace (`vars`). Once a name was found missing,
   * others and whole namespaces may be asked for too, so that the error can name what is there.
   */
  resolve(name: string): unknown;
  /** Value of `namespace.key` in one step; a namespace is never listed in order to read one key of it. */
  lookup(namespace: string, key: string): unknown;
  /**
   * Calls a function whose answer depends on where the expression stands (`result()`, `failed()`, `now()`);
   * `undefined` when it has no meaning there.
   */
  call?(name: string, args: readonly unknown[]): unknown;
}

/** A scope over the own members of a plain map: a bare name is a member, `namespace.key` a member of a member. */
export function scopeOf(values: Readonly<Record<string, unknown>>): Scope {
  const member = (target: unknown, key: string): unknown =>
    typeof target === 'object' && target !== null && Object.hasOwn(target, key)
      ? (target as Readonly<Record<string, unknown>>)[key]
      : undefined;
  return {
    resolve: (name) => member(values, name),
    lookup: (namespace, key) => member(member(values, namespace), key),
  };
}
