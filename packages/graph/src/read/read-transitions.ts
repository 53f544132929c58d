import type { TemplateValue, TransitionDefinition } from '../definition.ts';
import { textOf, valueOf } from '../source/source-node.ts';
import { defined, isMapField, itemsOf, membersOf, readFields, report, wrongType, type Field } from './field.ts';
import { readBoolean, readText } from './read-scalar.ts';

const expectedTransition = 'a transition (a map with when, publish, do) or the name of a task';

/** One transition or a list of them; the name of a task stands for `{ do: name }`. */
export function readTransitions(field: Field | undefined): readonly TransitionDefinition[] {
  if (field === undefined) return [];
  return field.node.kind === 'list' ? itemsOf(field).map(readTransition) : [readTransition(field)];
}

/** What cannot be read is still counted, so that the others keep their positions. */
function readTransition(field: Field): TransitionDefinition {
  const name = textOf(field.node);
  if (name !== undefined) return { publish: [], do: [name] };
  if (!isMapField(field)) {
    wrongType(field, expectedTransition);
    return { publish: [], do: [] };
  }
  const fields = readFields(field, 'transition');
  if (isEmpty(fields.get('publish')) && isEmpty(fields.get('do'))) {
    report(field, 'EMPTY_TRANSITION', 'expected "publish", "do" or both in a transition');
  }
  const otherwise = fields.get('otherwise');
  return {
    ...(otherwise !== undefined && readBoolean(otherwise) === true ? { otherwise: true } : {}),
    ...defined('when', readText(fields.get('when'), 'an expression')),
    publish: readPublish(fields.get('publish')),
    do: readTargets(fields.get('do')),
  };
}

function isEmpty(field: Field | undefined): boolean {
  const node = field?.node;
  return (
    node === undefined ||
    (node.kind === 'list' ? node.items.length === 0 : node.kind === 'map' && node.entries.size === 0)
  );
}

function readTargets(field: Field | undefined): readonly string[] {
  if (field === undefined) return [];
  const expected = 'the name of a task or an engine command (noop, continue, fail, retry), or a list of them';
  if (field.node.kind !== 'list') {
    const target = readText(field, expected);
    return target === undefined ? [] : [target];
  }
  return itemsOf(field).flatMap((item) => readText(item, expected) ?? []);
}

/** A map, or a list of maps with one key each where a name is published twice or the order is to stand out. */
function readPublish(field: Field | undefined): TransitionDefinition['publish'] {
  if (field === undefined) return [];
  if (isMapField(field)) return publications(field);
  if (field.node.kind !== 'list') {
    wrongType(field, 'a map of variables, or a list of maps with one variable each');
    return [];
  }
  return itemsOf(field).flatMap((item) => {
    if (isMapField(item) && item.node.entries.size === 1) return publications(item);
    wrongType(item, 'a map with exactly one variable');
    return [];
  });
}

function publications(field: Field): readonly (readonly [name: string, value: TemplateValue])[] {
  return membersOf(field).map(([{ key }, { node }]) => [key, valueOf(node)] as const);
}
