import type { Language } from '@weftline/expression';
import type { WorkflowDefinition } from '../definition.ts';
import { findAssigned } from './assigned-variables.ts';
import type { Gaps } from './gaps.ts';
import { itemNames } from './item-names.ts';

/** Everything that the expressions of a workflow can refer to. */
export interface KnownNames {
  /** What the expressions are written in, and so how a name is spelled. */
  readonly language: Language;
  readonly inputs: ReadonlySet<string>;
  /** From `vars` and from every `publish`; in Orquesta's language from `input` too. */
  readonly variables: ReadonlySet<string>;
  /** By task, the variables that exist whichever way led to it; only for Orquesta's language, which checks that. */
  readonly assigned: ReadonlyMap<string, ReadonlySet<string>>;
  readonly tasks: ReadonlySet<string>;
  /** Names given to items with `as`, with the first task that gives them. */
  readonly items: ReadonlyMap<string, string>;
  /** What may be missing above. */
  readonly gaps: Gaps;
}

export function collectNames(definition: WorkflowDefinition, gaps: Gaps): KnownNames {
  const variables = new Set(Object.keys(definition.vars));
  if (definition.language === 'orquesta') for (const name of Object.keys(definition.input)) variables.add(name);
  const items = new Map<string, string>();
  for (const task of Object.values(definition.tasks)) {
    for (const name of itemNames(task)) if (!items.has(name)) items.set(name, task.name);
    for (const { publish } of task.next) for (const [name] of publish) variables.add(name);
  }
  return {
    language: definition.language ?? 'native',
    inputs: new Set(Object.keys(definition.input)),
    variables,
    assigned:
      definition.language === 'orquesta' && !gaps.edges && !gaps.variables ? findAssigned(definition) : new Map(),
    tasks: new Set(Object.keys(definition.tasks)),
    items,
    gaps,
  };
}
