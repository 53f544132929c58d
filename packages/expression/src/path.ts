import { BoundedCache } from './bounded-cache.ts';
import { limits } from './limits.ts';
import { isList, isMap, ownMember } from './json-value.ts';

/** A path such as `user.emails.0`, taken apart once. */
export interface Path {
  readonly text: string;
  /** The value at the end of the path; undefined when anything on the way is missing. */
  readonly read: (value: unknown) => unknown;
}

const compiled = new BoundedCache((text): Path => ({ text, read: text.split('.').map(readerOf).reduce(joined) }));

/** The path, or undefined when the text is none. Paths are cached, because a computed one comes by again with every item. */
export function pathOf(text: string): Path | undefined {
  if (text.length > limits.pathLengthMax) return undefined;
  const keys = text.split('.');
  return keys.includes('') || keys.length > limits.pathStepsMax ? undefined : compiled.get(text);
}

type Reader = (value: unknown) => unknown;

/** One closure per segment: a loop over segments would make every read in the process share one call site. */
function readerOf(key: string): Reader {
  const index = /^\d{1,9}$/u.test(key) ? Number(key) : -1;
  return (value) => {
    if (isMap(value)) return ownMember(value, key);
    return isList(value) && index >= 0 ? value[index] : undefined;
  };
}

function joined(outer: Reader, inner: Reader): Reader {
  return (value) => inner(outer(value));
}
