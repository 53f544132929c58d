import type { ContextStrategy } from '@weftline/context';
import { compileWorkflow, loadExecution, progressOf, type ExecutionState } from '@weftline/coordinator';
import type { ExecutionSummary, Store } from '@weftline/persistence';
import type { ExecutionInspection } from './engine.ts';
import { maskInputs, type Redactor } from './redactor.ts';

/** Replays a journal to tell how an execution stands. */
export async function inspectExecution(
  summary: ExecutionSummary,
  from: { readonly store: Store; readonly context: ContextStrategy; readonly redactor: Redactor },
): Promise<ExecutionInspection> {
  const { started, state } = await loadExecution(from.store, summary.id, (definition) => ({
    program: compileWorkflow(definition),
    context: from.context,
  }));
  const { definition, labels } = started;
  return {
    summary,
    workflow: definition.name,
    definition,
    labels,
    progress: progressOf(state),
    input: from.redactor.value(maskInputs(started.input, definition.input)),
    variables: from.redactor.value(variablesOf(state)),
    ...(state.outcome === undefined ? {} : { outcome: from.redactor.value(outcomeOf(state.outcome)) }),
  };
}

function outcomeOf({
  status,
  output,
  errors,
}: NonNullable<ExecutionState['outcome']>): ExecutionInspection['outcome'] & object {
  return { status, output, errors };
}

function variablesOf(state: ExecutionState): Readonly<Record<string, unknown>> {
  const branches = [...state.visits.values()].map((visit) => visit.context);
  const known = state.final.merge(branches, Infinity);
  const variables = known.entries().filter((entry) => entry.kind === 'variable');
  return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
}
