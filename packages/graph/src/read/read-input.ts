import { nearestName } from '@weftline/expression';
import { quote } from '../describe-value.ts';
import type { InputDeclaration } from '../definition.ts';
import { DECLARATION_KEYWORDS, SCHEMA_TYPES } from '../language.ts';
import { entryOf, textOf, valueOf, type MapNode, type SourceNode } from '../source/source-node.ts';
import { defined, isMapField, isNull, membersOf, report, type Field } from './field.ts';
import { readBoolean, readText } from './read-scalar.ts';

const keywords: ReadonlySet<string> = new Set(DECLARATION_KEYWORDS);

/** A map whose keys are all keywords of a declaration, and that has at least one, is a declaration; any other value is a default. */
export function isDeclaration(node: SourceNode): node is MapNode {
  return node.kind === 'map' && node.entries.size > 0 && [...node.entries.keys()].every((key) => keywords.has(key));
}

export function readInput(field: Field): InputDeclaration {
  if (isMapField(field) && isDeclaration(field.node)) return readDeclaration(field);
  if (field.node.kind === 'map') warnOfLookalike(field, field.node);
  return isNull(field) ? { required: false } : { required: false, default: valueOf(field.node) };
}

export function readDeclaration(field: Field): InputDeclaration {
  const schema: Record<string, unknown> = {};
  let declaration: InputDeclaration = { required: false };
  for (const [{ key }, member] of membersOf(field)) {
    if (key === 'default') declaration = { ...declaration, default: valueOf(member.node) };
    else if (key === 'description') declaration = { ...declaration, ...defined(key, readText(member)) };
    else if (key === 'secret') declaration = { ...declaration, ...defined(key, readBoolean(member)) };
    else if (key === 'required' && member.node.kind !== 'list') {
      declaration = { ...declaration, ...defined(key, readBoolean(member)) };
    } else schema[key] = valueOf(member.node);
  }
  return Object.keys(schema).length === 0 ? declaration : { ...declaration, schema };
}

/** A misspelt keyword would turn a declaration into a default without a word. */
function warnOfLookalike(field: Field, node: MapNode): void {
  const type = entryOf(node, 'type')?.value;
  const declaresType = type !== undefined && (SCHEMA_TYPES as readonly unknown[]).includes(textOf(type));
  const marks = ['required', 'secret'].some((key) => {
    const value = entryOf(node, key)?.value;
    return value?.kind === 'scalar' && typeof value.value === 'boolean';
  });
  const stranger = [...node.entries.values()].find(({ key }) => !keywords.has(key));
  if (stranger === undefined || !(declaresType || marks || entryOf(node, 'default') !== undefined)) return;
  const message = `this map is taken as the default value, because ${quote(stranger.key)} is no keyword of a declaration; write { default: … } if that is meant`;
  const place = { ...field, node: { kind: 'invalid', ...stranger.keyRange } } as const;
  report(place, 'AMBIGUOUS_INPUT', { message, suggestion: () => nearestName(stranger.key, keywords) });
}
