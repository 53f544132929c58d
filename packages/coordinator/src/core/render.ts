import { hasItemParts } from '@weftline/context';
import type { AttemptRequest, SourceRequest } from './attempt-request.ts';
import type { PullItems, RunAttempt } from './command.ts';
import { expressionFailure, type TaskFailure } from './failure.ts';
import { unfitItem } from './item-fit.ts';
import type { Program } from './program.ts';
import { evaluateWhen } from './quantity.ts';
import { measureLimits } from './attempt-limits.ts';
import { invariant } from './invariant.ts';
import { AttemptScope } from './scope.ts';
import { shownItem } from './shown-item.ts';

export interface RenderOptions {
  readonly execution: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly atMs: number;
}

/** What a source is opened with; `cursor` is undefined at the beginning. */
export function renderSource(program: Program, command: PullItems, options: RenderOptions): RenderedSource {
  const task = program.tasks.get(command.task);
  invariant(task?.items?.source !== undefined, `task "${command.task}" has no source`);
  const { action, input } = task.items.source;
  const { attempt, cursor, context } = command;
  const scope = new AttemptScope(context, options.atMs, { attempt, secrets: options.secrets });
  const idempotencyKey = `${options.execution}/${task.name}/${command.ordinal}`;
  try {
    const rendered = input.render(scope);
    const place = { execution: options.execution, task: task.name, action };
    return { ok: true, request: { ...place, input: rendered, attempt, idempotencyKey, cursor } };
  } catch (error) {
    return { ok: false, failure: expressionFailure(error, `with.from.input of task "${task.name}"`) };
  }
}

export type RenderedSource =
  { readonly ok: true; readonly request: SourceRequest } | { readonly ok: false; readonly failure: TaskFailure };

export type Rendered =
  | {
      readonly ok: true;
      /** Undefined for a task without an action: it succeeds at once with null. */
      readonly request: AttemptRequest | undefined;
      readonly timeoutMs: number | undefined;
      readonly heartbeatMs: number | undefined;
    }
  | { readonly ok: false; readonly failure: TaskFailure };

/**
 * What an attempt needs, rendered at the moment it is performed: a list never holds more rendered inputs than its window,
 * and replay renders none. A template that fails is a failure of the attempt.
 */
export function renderAttempt(program: Program, command: RunAttempt, options: RenderOptions): Rendered {
  const task = program.tasks.get(command.task);
  invariant(task !== undefined, `task "${command.task}" is not in the definition`);
  const { index, attempt, item } = command;
  const as = task.items?.as;
  if (index !== undefined && !hasItemParts(item, as)) return { ok: false, failure: unfitItem(item, as) };
  const context =
    index === undefined || task.items === undefined
      ? command.context
      : command.context.forItem(shownItem(task.items, item), index, as);
  const scope = new AttemptScope(context, options.atMs, { attempt, secrets: options.secrets });
  const limits = measureLimits(task, scope);
  if (!limits.ok) return limits;
  const { timeoutMs, heartbeatMs } = limits.value;
  if (task.action === undefined) return { ok: true, request: undefined, timeoutMs, heartbeatMs };
  if (index === undefined && task.when !== undefined) {
    const holds = evaluateWhen(task.when, scope, task.name);
    if (!holds.ok) return holds;
    if (!holds.value) return { ok: true, request: undefined, timeoutMs, heartbeatMs };
  }
  const place = `${options.execution}/${task.name}/${command.ordinal}`;
  try {
    const request: AttemptRequest = {
      execution: options.execution,
      task: task.name,
      action: task.action,
      input: task.input.render(scope),
      attempt,
      idempotencyKey: index === undefined ? place : `${place}/${index}`,
      ...(index === undefined ? {} : { item, index }),
    };
    return { ok: true, request, timeoutMs, heartbeatMs };
  } catch (error) {
    return { ok: false, failure: expressionFailure(error, `input of task "${task.name}"`) };
  }
}
