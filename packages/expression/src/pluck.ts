import type { JsonList } from './json-value.ts';
import type { Path } from './path.ts';
import type { Run } from './run.ts';

/** The value at the path in every element; an element that has none is an error. */
export function pluck(values: JsonList, attribute: Path, run: Run): unknown[] {
  return values.map((element, index) => {
    const value = attribute.read(element);
    if (value === undefined) throw run.undefinedError(`Element ${index} of the list has no \`${attribute.text}\`.`);
    return value;
  });
}
