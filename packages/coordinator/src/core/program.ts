import type { Template } from '@weftline/expression';
import {
  createGraph,
  type RetryDefinition,
  type TaskDefinition,
  type TransitionDefinition,
  type WorkflowDefinition,
  type WorkflowGraph,
} from '@weftline/graph';
import { compileItems, type CompiledItems } from './compile-items.ts';
import { expression, quantity, template, type Quantity } from './compile-value.ts';

/** A workflow made ready to run: edges computed, every template parsed, once per definition. */
export interface Program {
  readonly definition: WorkflowDefinition;
  readonly graph: WorkflowGraph;
  readonly vars: readonly (readonly [name: string, value: Template])[];
  readonly tasks: ReadonlyMap<string, CompiledTask>;
  /** Entries of a mapping, so that one that fails does not take the others with it; else the whole under the key undefined. */
  readonly output: readonly (readonly [key: string | undefined, value: Template])[];
}

export interface CompiledTask {
  readonly name: string;
  readonly action: string | undefined;
  readonly input: Template;
  readonly items: CompiledItems | undefined;
  readonly retry: CompiledRetry | undefined;
  readonly timeout: Quantity | undefined;
  readonly delay: Quantity | undefined;
  /** Distinct inbound tasks that satisfy the join; 0 for none. */
  readonly joinCount: number;
  readonly transitions: readonly CompiledTransition[];
}

export interface CompiledRetry {
  readonly count: Quantity;
  readonly delay: Quantity;
  readonly backoff: RetryDefinition['backoff'];
  readonly maxDelay: Quantity | undefined;
  readonly jitter: number;
  readonly when: Template | undefined;
}

export interface CompiledTransition {
  readonly when: Template | undefined;
  readonly publish: readonly (readonly [name: string, value: Template])[];
  readonly do: readonly string[];
}

/** Throws ExpressionError for a template that does not parse; a definition that was validated has none. */
export function compileWorkflow(definition: WorkflowDefinition): Program {
  const graph = createGraph(definition);
  return {
    definition,
    graph,
    vars: Object.entries(definition.vars).map(([name, value]) => [name, template(value)] as const),
    tasks: new Map(Object.values(definition.tasks).map((task) => [task.name, compileTask(task, graph)] as const)),
    output: compileOutput(definition.output),
  };
}

function compileTask(task: TaskDefinition, graph: WorkflowGraph): CompiledTask {
  return {
    name: task.name,
    action: task.action,
    input: template(task.input),
    items: task.with === undefined ? undefined : compileItems(task.with),
    retry: task.retry === undefined ? undefined : compileRetry(task.retry),
    timeout: task.timeoutMs === undefined ? undefined : quantity(task.timeoutMs),
    delay: task.delayMs === undefined ? undefined : quantity(task.delayMs),
    joinCount: graph.joinCount(task.name),
    transitions: task.next.map(compileTransition),
  };
}

function compileRetry(retry: RetryDefinition): CompiledRetry {
  return {
    count: quantity(retry.count),
    delay: quantity(retry.delayMs),
    backoff: retry.backoff,
    maxDelay: retry.maxDelayMs === undefined ? undefined : quantity(retry.maxDelayMs),
    jitter: retry.jitter,
    when: retry.when === undefined ? undefined : expression(retry.when),
  };
}

function compileTransition(transition: TransitionDefinition): CompiledTransition {
  return {
    when: transition.when === undefined ? undefined : expression(transition.when),
    publish: transition.publish.map(([name, value]) => [name, template(value)] as const),
    do: transition.do,
  };
}

function compileOutput(output: unknown): Program['output'] {
  if (output === undefined) return [];
  if (typeof output === 'object' && output !== null && !Array.isArray(output)) {
    return Object.entries(output).map(([key, value]) => [key, template(value)] as const);
  }
  return [[undefined, template(output)]];
}
