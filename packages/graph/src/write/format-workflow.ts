import { stringify } from 'yaml';
import type {
  InputDeclaration,
  ItemsDefinition,
  RetryDefinition,
  TaskDefinition,
  TransitionDefinition,
  WorkflowDefinition,
} from '../definition.ts';
import { spellings } from '../read/locate.ts';

/**
 * A definition as YAML of the native language, whose texts stay in the language that they are written in (`language`). Reading it
 * gives an equal definition, but for blanks around the expression of `with.items`.
 */
export function formatWorkflow(definition: WorkflowDefinition): string {
  return stringify(documentOf(definition), { lineWidth: 0, aliasDuplicateObjects: false });
}

function documentOf({ language, name, description, input, vars, tasks, output }: WorkflowDefinition): object {
  return {
    weftline: 1,
    language: language === 'native' ? undefined : language,
    name,
    description,
    input: filled(mapped(input, inputOf)),
    vars: filled(vars),
    tasks: mapped(tasks, taskOf),
    output,
  };
}

function mapped<Value>(
  record: Readonly<Record<string, Value>>,
  map: (value: Value) => unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

/** Undefined when there is nothing in it, so that it is not written. */
function filled(record: object): object | undefined {
  return Object.keys(record).length === 0 ? undefined : record;
}

/** Null for an input of which nothing is said. */
function inputOf({ schema, required, ...rest }: InputDeclaration): unknown {
  return filled({ ...schema, ...(required ? { required } : {}), ...rest }) ?? null;
}

function taskOf({ name: _name, input, with: items, retry, next, ...rest }: TaskDefinition): object {
  const { action, ...others } = spelled(rest);
  return {
    action,
    input: typeof input === 'object' && input !== null ? filled(input) : input,
    ...others,
    with: items === undefined ? undefined : itemsOf(items),
    retry: retry === undefined ? undefined : retryOf(retry),
    next: next.length === 0 ? undefined : next.map(transitionOf),
  };
}

function itemsOf({ items, batch, rate, ...rest }: ItemsDefinition): object {
  return {
    items: typeof items === 'string' ? items.trim() : items,
    ...spelled(rest),
    batch: batch === undefined ? undefined : spelled(batch),
    rate: rate === undefined ? undefined : spelled(rate),
  };
}

function retryOf(retry: RetryDefinition): object {
  const { delayMs, backoff, jitter, ...rest } = retry;
  return spelled({
    ...rest,
    ...(delayMs === 0 ? {} : { delayMs }),
    ...(backoff === 'constant' ? {} : { backoff }),
    ...(jitter === 0 ? {} : { jitter }),
  });
}

/** Publications as a list, since one name may be there twice. */
function transitionOf({ publish, do: targets, ...rest }: TransitionDefinition): object {
  return {
    ...rest,
    publish: publish.length === 0 ? undefined : publish.map(([name, value]) => ({ [name]: value })),
    do: targets.length === 0 ? undefined : targets,
  };
}

/** The members under the names of the native language, durations with their unit. */
function spelled(members: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]: [string, unknown]) => {
      const isDuration = name.endsWith('Ms') && typeof value === 'number';
      return [spellings.get(name) ?? name, isDuration ? durationText(value) : value];
    }),
  );
}

function durationText(durationMs: number): string {
  return durationMs % 1_000 === 0 ? `${durationMs / 1_000}s` : `${durationMs}ms`;
}
