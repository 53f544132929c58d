import { identityOf } from '../equality.ts';
import { define, tableOf } from '../function-definition.ts';
import type { FunctionDefinition, FunctionTable } from '../function-definition.ts';
import { isTruthy } from '../json-value.ts';
import type { JsonList } from '../json-value.ts';
import { anything, application, list, named, optional, path, predicate, required } from '../parameter.ts';
import type { Application } from '../parameter.ts';
import type { Path } from '../path.ts';
import { pluck } from '../pluck.ts';
import type { Run } from '../run.ts';

export const selectionFunctions: FunctionTable = tableOf({
  map: define(
    [required('value', list), optional('function', application), named('attribute', path), named('default', anything)],
    ([value, apply, attribute, fallback], run) =>
      mapped(value, { change: changeOf(apply, attribute, run), fallback }, run),
  ),
  select: selecting(true),
  reject: selecting(false),
  selectattr: selectingByAttribute(true),
  rejectattr: selectingByAttribute(false),
  groupby: define([required('value', list), required('attribute', path)], ([value, attribute], run) =>
    groups(value, pluck(value, attribute, run), run),
  ),
});

function changeOf(apply: Application | undefined, attribute: Path | undefined, run: Run): Application {
  if (apply !== undefined && attribute === undefined) return apply;
  if (apply === undefined && attribute !== undefined) return attribute.read;
  throw run.typeError("`map` expects either the name of a function or `attribute='…'`.");
}

interface Change {
  readonly change: Application;
  readonly fallback: unknown;
}

function mapped(values: JsonList, { change, fallback }: Change, run: Run): unknown[] {
  return values.map((element, index) => {
    const value = change(element);
    if (value !== undefined) return value;
    if (fallback !== undefined) return fallback;
    throw run.undefinedError(`There is no value for element ${index} of the list.`);
  });
}

/** Without a predicate the truth of the element decides. */
function selecting(wanted: boolean): FunctionDefinition {
  return define([required('value', list), optional('test', predicate)], ([value, holds = isTruthy]) =>
    value.filter((element) => isTruthy(holds(element)) === wanted),
  );
}

/** An attribute that is missing counts as null, except for `defined` and `undefined`, which tell the difference. */
function selectingByAttribute(wanted: boolean): FunctionDefinition {
  return define(
    [required('value', list), required('attribute', path), optional('test', predicate)],
    ([value, attribute, holds = isTruthy]) =>
      value.filter((element) => isTruthy(holds(attribute.read(element))) === wanted),
  );
}

interface Group {
  readonly key: unknown;
  readonly items: unknown[];
}

/** Groups stand in the order in which their keys were first seen. */
function groups(values: JsonList, keys: JsonList, run: Run): Group[] {
  const found = new Map<string, Group>();
  values.forEach((element, index) => {
    const identity = identityOf(keys[index], run);
    const group = found.get(identity);
    if (group === undefined) found.set(identity, { key: keys[index], items: [element] });
    else group.items.push(element);
  });
  return [...found.values()];
}
