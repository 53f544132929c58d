import type { TransitionDefinition } from '../../definition.ts';
import type { Path } from '../../path.ts';
import { defined, isMapField, itemsOf, report, wrongType, type Field, type Fields } from '../../read/field.ts';
import { readBoolean, readText } from '../../read/read-scalar.ts';
import { textOf, valueOf } from '../../source/source-node.ts';
import type { Origins } from '../origins.ts';
import { readKeys } from '../read-keys.ts';
import { pairsOf } from '../read-pairs.ts';
import { decisionKeys, transitionVocabulary } from './vocabulary.ts';

/** Where the transitions of a task go in the definition. */
interface Place {
  readonly path: Path;
  readonly origins: Origins;
}

const shorthands = [
  ['on_success', 'succeeded()'],
  ['on_failure', 'failed()'],
  ['on_timeout', 'timed_out()'],
  ['on_complete', undefined],
] as const;

type Publications = TransitionDefinition['publish'];

/** What follows a task: `next`, or the shorthands in its place. */
export function readFollowing(fields: Fields, place: Place): readonly TransitionDefinition[] {
  const next = fields.get('next');
  const written = next === undefined ? readShorthands(fields, place) : readNext(next, place);
  if (next !== undefined) refuseShorthands(fields);
  const publish = fields.get('publish');
  return publish === undefined ? written : withPublication(written, publish, place);
}

function refuseShorthands(fields: Fields): void {
  for (const key of [...shorthands.map(([name]) => name), 'decision']) {
    const field = fields.get(key);
    if (field !== undefined)
      report(field, 'CONFLICTING_KEYS', `"next" tells what follows, so there is nothing for "${key}" to say`);
  }
}

function readNext(field: Field, { path, origins }: Place): readonly TransitionDefinition[] {
  if (field.node.kind !== 'list') {
    wrongType(field, 'a list of transitions');
    return [];
  }
  return itemsOf(field).map((item, position) => readTransition(item, { path: [...path, position], origins }));
}

/** What cannot be read is still counted, so that the others keep their positions. */
function readTransition(field: Field, { path, origins }: Place): TransitionDefinition {
  origins.note(path, field);
  if (!isMapField(field)) {
    wrongType(field, 'a transition (a map with when, publish, do)');
    return { publish: [], do: [] };
  }
  const fields = readKeys(field, transitionVocabulary);
  const when = fields.get('when');
  const targets = fields.get('do');
  if (when !== undefined) origins.note([...path, 'when'], when);
  if (targets !== undefined) origins.note([...path, 'do'], targets);
  const transition: TransitionDefinition = {
    ...defined('when', readText(when, 'an expression')),
    publish: readPublish(fields.get('publish'), { path: [...path, 'publish'], origins }),
    do: readTargets(targets),
  };
  if (transition.publish.length === 0 && transition.do.length === 0) {
    report(field, 'EMPTY_TRANSITION', 'expected "publish", "do" or both in a transition');
  }
  return transition;
}

function readTargets(field: Field | undefined): readonly string[] {
  if (field === undefined) return [];
  const expected = 'the name of a task, or a list of names';
  if (field.node.kind === 'list') return itemsOf(field).flatMap((item) => readText(item, expected) ?? []);
  const target = readText(field, expected);
  return target === undefined ? [] : [target];
}

/** Maps of variables, and names that stand for the whole result. */
function readPublish(field: Field | undefined, place: Place, first = 0): Publications {
  if (field === undefined) return [];
  const parts = field.node.kind === 'list' ? itemsOf(field) : [field];
  const publications: (readonly [name: string, value: unknown])[] = [];
  for (const part of parts) {
    const name = textOf(part.node);
    if (name === undefined && !isMapField(part))
      wrongType(part, 'a map of variables, or the name of a variable for the whole result');
    const pairs = name === undefined ? pairsOf(part) : [{ entry: undefined, value: part }];
    for (const { entry, value } of pairs) {
      const path = [...place.path, first + publications.length];
      for (const at of [path, [...path, 0], [...path, 1]]) place.origins.note(at, value, { entry });
      publications.push(entry === undefined ? [name ?? '', '{{ result() }}'] : [entry.key, valueOf(value.node)]);
    }
  }
  return publications;
}

/** The branches of `decision` come first, since each of them looks only at those before it. */
function readShorthands(fields: Fields, { path, origins }: Place): readonly TransitionDefinition[] {
  const transitions: TransitionDefinition[] = [];
  const add = (field: Field, transition: TransitionDefinition): void => {
    origins.note([...path, transitions.length], field);
    transitions.push(transition);
  };
  for (const { field, transition, when } of readDecision(fields.get('decision'))) {
    if (when !== undefined) origins.note([...path, transitions.length, 'when'], when);
    add(field, transition);
  }
  for (const [key, condition] of shorthands) {
    const field = fields.get(key);
    if (field === undefined) continue;
    const target = readText(field, 'the name of a task');
    const when = condition === undefined ? {} : { when: `{{ ${condition} }}` };
    if (target !== undefined) add(field, { ...when, publish: [], do: [target] });
  }
  return transitions;
}

interface Branch {
  readonly field: Field;
  readonly when: Field | undefined;
  readonly transition: TransitionDefinition;
}

/** The first branch that holds is taken; the default one, wherever it stands, when none does. */
function readDecision(field: Field | undefined): readonly Branch[] {
  if (field === undefined) return [];
  if (field.node.kind !== 'list') {
    wrongType(field, 'a list of branches');
    return [];
  }
  const branches = itemsOf(field).flatMap((item) => readBranch(item) ?? []);
  const conditional = branches.filter(({ when }) => when !== undefined);
  const defaults = branches.filter(({ when }) => when === undefined);
  for (const { field: surplus } of defaults.slice(1)) {
    report(surplus, 'CONFLICTING_KEYS', 'a decision has one default branch');
  }
  return [...conditional, ...defaults].map((branch, position) => ({
    ...branch,
    transition: position === 0 ? branch.transition : { otherwise: true, ...branch.transition },
  }));
}

function readBranch(field: Field): Branch | undefined {
  if (!isMapField(field)) return wrongType(field, 'a branch (a map with when and next, or default and next)');
  const fields = readKeys(field, decisionKeys);
  const when = fields.get('when');
  const fallback = fields.get('default');
  const isDefault = fallback !== undefined && readBoolean(fallback) === true;
  if ((when === undefined) === !isDefault) {
    report(field, 'CONFLICTING_KEYS', 'expected either "when" or "default: true" in a branch');
    return undefined;
  }
  const targets = readTargets(fields.get('next'));
  if (targets.length === 0) report(field, 'MISSING_KEY', 'expected the key "next" with the name of a task');
  return { field, when, transition: { ...defined('when', readText(when, 'an expression')), publish: [], do: targets } };
}

const asksForSuccess = /^\s*(?:\{\{)?\s*succeeded\(\s*\)\s*(?:\}\})?\s*$/;

/** `publish` of the task itself belongs to the first transition after a success; without one it makes one. */
function withPublication(
  transitions: readonly TransitionDefinition[],
  field: Field,
  { path, origins }: Place,
): readonly TransitionDefinition[] {
  const found = transitions.findIndex(({ when }) => when !== undefined && asksForSuccess.test(when));
  const position = found === -1 ? transitions.length : found;
  const before = transitions[position]?.publish ?? [];
  const publish = [...before, ...readPublish(field, { path: [...path, position, 'publish'], origins }, before.length)];
  const succeeded: TransitionDefinition = { when: '{{ succeeded() }}', publish: [], do: [] };
  const changed = { ...(transitions[position] ?? succeeded), publish };
  return [...transitions.slice(0, position), changed, ...transitions.slice(position + 1)];
}
