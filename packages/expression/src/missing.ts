import type { Dialect } from './dialect.ts';
import { undefinedError } from './errors.ts';
import type { ExpressionError, Site } from './errors.ts';
import type { Idiom } from './idiom.ts';
import { isList, isMap, typeOf } from './json-value.ts';
import { nearestName } from './nearest-name.ts';
import type { Scope } from './scope.ts';

const listedMax = 8;
const listedLengthMax = 40;

/** Names that stand for the place of the expression; they are suggested where they have a value. */
const placeNames = ['item', 'index', 'attempt'];

interface MissingName {
  readonly name: string;
  readonly dialect: Dialect;
  readonly scope: Scope;
}

/** A bare name that the scope does not know. Bare names fall back to variables, so those are what may have been meant. */
export function missingName(site: Site, { name, dialect, scope }: MissingName): ExpressionError {
  if (dialect.contextFunctions.has(name)) return undefinedError(site, `\`${name}\` is a function.`, `${name}()`);
  const variables = dialect.namespaces.has('vars') ? keysOf(scope.resolve('vars')) : [];
  const calls = [...dialect.contextFunctions].map((each) => `${each}()`);
  const places = placeNames.filter((each) => scope.resolve(each) !== undefined);
  const suggestion = nearestName(name, [...variables, ...places, ...dialect.namespaces, ...calls]);
  return undefinedError(
    site,
    `\`${name}\` is not known here.${there(variables, 'There are the variables')}`,
    suggestion,
  );
}

interface MissingKey {
  readonly namespace: string;
  /** How the author spells the namespace. */
  readonly spelling: string;
  readonly key: string;
  readonly scope: Scope;
}

/** A member that a namespace does not have; only now that it is an error is the namespace listed. */
export function missingKey(site: Site, { namespace, spelling, key, scope }: MissingKey): ExpressionError {
  const keys = keysOf(scope.resolve(namespace));
  const message = `\`${shorten(key)}\` is missing in \`${spelling}\`.${there(keys, 'It has')}`;
  return undefinedError(site, message, nearestName(key, keys));
}

interface MissingMember {
  readonly key: string;
  readonly idiom: Idiom['name'];
  readonly target: unknown;
  readonly objectText: string;
}

export function missingMember(site: Site, { key, target, objectText, idiom }: MissingMember): ExpressionError {
  const shown = `\`${shorten(key)}\``;
  if (target === null)
    return undefinedError(site, `\`${objectText}\` is null, so it has no ${shown}.`, `${objectText}?.${key}`);
  if (isMap(target)) {
    const keys = keysOf(target);
    return undefinedError(
      site,
      `${shown} is missing in \`${objectText}\`.${there(keys, 'It has')}`,
      nearestName(key, keys),
    );
  }
  const suggestion = ['length', 'size', 'count'].includes(key) ? lengthOf(objectText, idiom) : undefined;
  return undefinedError(
    site,
    `\`${objectText}\` is a ${typeOf(target)}, which has no members such as ${shown}.`,
    suggestion,
  );
}

function lengthOf(objectText: string, idiom: Idiom['name']): string {
  return idiom === 'yaql' ? `${objectText}.len()` : `${objectText} | length`;
}

interface MissingIndex {
  readonly key: unknown;
  readonly idiom: Idiom['name'];
  readonly target: unknown;
  readonly objectText: string;
}

/** An element that a list or text does not have, or a key that was computed. */
export function missingIndex(site: Site, { key, target, objectText, idiom }: MissingIndex): ExpressionError {
  if (typeof key === 'string') return missingMember(site, { key, target, objectText, idiom });
  if (isList(target) || typeof target === 'string') {
    const size = isList(target) ? `${target.length} elements` : `${target.length} characters`;
    return undefinedError(site, `There is no element ${String(key)} in \`${objectText}\`, which has ${size}.`);
  }
  return undefinedError(
    site,
    `\`${objectText}\` is ${target === null ? 'null' : `a ${typeOf(target)}`}, which has no elements.`,
  );
}

function keysOf(value: unknown): string[] {
  return isMap(value) ? Object.keys(value) : [];
}

function there(keys: readonly string[], lead: string): string {
  if (keys.length === 0) return '';
  const listed = keys.slice(0, listedMax).map((key) => `\`${shorten(key)}\``);
  const more = keys.length > listedMax ? ` and ${keys.length - listedMax} more` : '';
  return ` ${lead} ${listed.join(', ')}${more}.`;
}

function shorten(key: string): string {
  return key.length > listedLengthMax ? `${key.slice(0, listedLengthMax)}…` : key;
}
