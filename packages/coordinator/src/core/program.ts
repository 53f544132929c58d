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
import { compilerFor, type Compiler, type Quantity } from './compile-value.ts';
import { findSplits } from './find-splits.ts';
import { rulesOf, type Rules } from './rules.ts';

/** A workflow made ready to run: edges computed, every template parsed, once per definition. */
export interface Program {
  readonly definition: WorkflowDefinition;
  readonly graph: WorkflowGraph;
  readonly rules: Rules;
  /** Tasks whose every arrival goes on by itself for good, joins included. */
  readonly splits: ReadonlySet<string>;
  /**
   * Where contexts are joined, what was written above this version is laid over what arrived before, in order of arrival. Infinity:
   * nothing but what is newer.
   */
  readonly joinsAbove: number;
  /** Inputs that are variables as well, with what gives their value where none was given. */
  readonly inputVariables: readonly (readonly [name: string, fallback: Template])[];
  readonly vars: readonly (readonly [name: string, value: Template])[];
  readonly tasks: ReadonlyMap<string, CompiledTask>;
  /** Entries of a mapping, so that one that fails does not take the others with it; else the whole under the key undefined. */
  readonly output: readonly (readonly [key: string | undefined, value: Template])[];
}

export interface CompiledTask {
  readonly name: string;
  readonly action: string | undefined;
  readonly input: Template;
  readonly when: Template | undefined;
  readonly items: CompiledItems | undefined;
  /** Of attempts. */
  readonly retry: CompiledRetry | undefined;
  /** Of the task as a whole. */
  readonly repeat: CompiledRetry | undefined;
  readonly timeout: Quantity | undefined;
  readonly heartbeat: Quantity | undefined;
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
  readonly otherwise: boolean;
  readonly when: Template | undefined;
  readonly publish: readonly (readonly [name: string, value: Template])[];
  readonly do: readonly string[];
}

/** Throws ExpressionError for a template that does not parse; a definition that was validated has none. */
export function compileWorkflow(definition: WorkflowDefinition): Program {
  const graph = createGraph(definition);
  const rules = rulesOf(definition.language);
  const compiler = compilerFor(rules.language);
  const { template } = compiler;
  const inputs = rules.inputsAreVariables ? Object.entries(definition.input) : [];
  const vars = Object.entries(definition.vars);
  const compile = (task: TaskDefinition): CompiledTask => compileTask(task, { graph, rules, compiler });
  return {
    definition,
    graph,
    rules,
    splits: rules.splitsStayApart ? findSplits(graph) : new Set(),
    joinsAbove: rules.joinsTakeWholeContexts ? inputs.length + vars.length : Infinity,
    inputVariables: inputs.map(([name, { default: fallback }]) => [name, template(fallback ?? null)] as const),
    vars: vars.map(([name, value]) => [name, template(value)] as const),
    tasks: new Map(Object.values(definition.tasks).map((task) => [task.name, compile(task)] as const)),
    output: compileOutput(definition.output, compiler),
  };
}

interface Surroundings {
  readonly graph: WorkflowGraph;
  readonly rules: Rules;
  readonly compiler: Compiler;
}

function compileTask(task: TaskDefinition, { graph, rules, compiler }: Surroundings): CompiledTask {
  const { template, quantity, optionalExpression } = compiler;
  const retry = task.retry === undefined ? undefined : compileRetry(task.retry, compiler);
  const repeats = task.retry?.scope === 'task';
  return {
    name: task.name,
    action: task.action,
    input: template(task.input),
    when: optionalExpression(task.when),
    items: task.with === undefined ? undefined : compileItems(task.with, compiler, rules),
    retry: repeats ? undefined : retry,
    repeat: repeats ? retry : undefined,
    heartbeat: task.heartbeatMs === undefined ? undefined : quantity(task.heartbeatMs),
    timeout: task.timeoutMs === undefined ? undefined : quantity(task.timeoutMs),
    delay: task.delayMs === undefined ? undefined : quantity(task.delayMs),
    joinCount: graph.joinCount(task.name),
    transitions: task.next.map((transition) => compileTransition(transition, compiler)),
  };
}

function compileRetry(retry: RetryDefinition, { quantity, optionalExpression }: Compiler): CompiledRetry {
  return {
    count: quantity(retry.count),
    delay: quantity(retry.delayMs),
    backoff: retry.backoff,
    maxDelay: retry.maxDelayMs === undefined ? undefined : quantity(retry.maxDelayMs),
    jitter: retry.jitter,
    when: optionalExpression(retry.when),
  };
}

function compileTransition(
  transition: TransitionDefinition,
  { template, optionalExpression }: Compiler,
): CompiledTransition {
  return {
    otherwise: transition.otherwise === true,
    when: optionalExpression(transition.when),
    publish: transition.publish.map(([name, value]) => [name, template(value)] as const),
    do: transition.do,
  };
}

function compileOutput(output: unknown, { template }: Compiler): Program['output'] {
  if (output === undefined) return [];
  if (typeof output === 'object' && output !== null && !Array.isArray(output)) {
    return Object.entries(output).map(([key, value]) => [key, template(value)] as const);
  }
  return [[undefined, template(output)]];
}
