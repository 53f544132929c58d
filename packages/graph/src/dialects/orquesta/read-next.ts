import type { TransitionDefinition } from '../../definition.ts';
import type { Path } from '../../path.ts';
import { defined, isMapField, itemsOf, wrongType, type Field } from '../../read/field.ts';
import { readText } from '../../read/read-scalar.ts';
import { textOf, valueOf } from '../../source/source-node.ts';
import type { Origins } from '../origins.ts';
import { readKeys, type Vocabulary } from '../read-keys.ts';
import { readPairs } from '../read-pairs.ts';
import { readInlineParameters } from './inline-parameters.ts';
import { readCondition } from './read-condition.ts';

const transition: Vocabulary = { title: 'a transition', keys: ['when', 'publish', 'do'] };

export function readNext(field: Field | undefined, path: Path, origins: Origins): readonly TransitionDefinition[] {
  if (field === undefined) return [];
  if (field.node.kind !== 'list') {
    wrongType(field, 'a list of transitions');
    return [];
  }
  return itemsOf(field).map((item, position) => readTransition(item, [...path, position], origins));
}

/** What cannot be read is still counted, so that the others keep their positions. */
function readTransition(field: Field, path: Path, origins: Origins): TransitionDefinition {
  origins.note(path, field);
  if (!isMapField(field)) {
    wrongType(field, 'a transition (a map with when, publish, do)');
    return { publish: [], do: ['continue'] };
  }
  const fields = readKeys(field, transition);
  const when = fields.get('when');
  if (when !== undefined) origins.note([...path, 'when'], when);
  return {
    ...defined('when', readCondition(when)),
    publish: readPublish(fields.get('publish'), [...path, 'publish'], origins),
    do: readTargets(fields.get('do'), [...path, 'do'], origins),
  };
}

function readPublish(field: Field | undefined, path: Path, origins: Origins): TransitionDefinition['publish'] {
  if (field === undefined) return [];
  const text = textOf(field.node);
  if (text !== undefined) {
    return readInlineParameters(field, text, 0).map(({ name, value, start }, position) => {
      origins.note([...path, position], field);
      origins.note([...path, position, 1], field, { shift: start });
      return [name, value] as const;
    });
  }
  return readPairs(field, 'variable').map(({ entry, value }, position) => {
    origins.note([...path, position], value, { entry });
    origins.note([...path, position, 0], value, { entry });
    origins.note([...path, position, 1], value, { entry });
    return [entry.key, valueOf(value.node)] as const;
  });
}

/** A name, several with commas between them, or a list; without any the branch ends. */
function readTargets(field: Field | undefined, path: Path, origins: Origins): readonly string[] {
  if (field === undefined) return ['continue'];
  origins.note(path, field);
  const text = textOf(field.node);
  const expected = 'the name of a task or an engine command (noop, continue, fail, retry), or a list of them';
  if (text !== undefined) {
    const names = text.split(',').map((name) => name.trim());
    for (const position of names.keys()) origins.note([...path, position], field);
    return names;
  }
  if (field.node.kind === 'list') return itemsOf(field).flatMap((item) => readText(item, expected) ?? []);
  wrongType(field, expected);
  return ['continue'];
}
