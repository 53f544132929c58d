/**
 * The one thing an expression may ask of the world. Every method is called lazily, only for the names
 * that the expression really reads, so that rendering never costs more than what is rendered.
 *
 * Values are plain JSON, passed by reference and never modified. `undefined` means "not known here".
 */
export interface Scope {
  /** Value of a bare name (`item`, `index`, a variable) or of a whole namespace (`vars`). */
  resolve(name: string): unknown;
  /** Value of `namespace.key` in one step; a namespace is never listed in order to read one key of it. */
  lookup(namespace: string, key: string): unknown;
  /**
   * Calls a function whose answer depends on where the expression stands (`result()`, `failed()`, `now()`);
   * `undefined` when it has no meaning there.
   */
  call?(name: string, args: readonly unknown[]): unknown;
}
