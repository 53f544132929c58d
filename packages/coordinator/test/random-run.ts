import type { WorkflowDefinition } from '@weftline/graph';
import {
  failed,
  ok,
  simulate,
  sourceOf,
  type Answer,
  type CoreSimulation,
  type SimulationOptions,
  type Source,
} from './core-simulation.ts';
import type { TaskFailure } from '../src/core/failure.ts';
import { chance } from '../src/core/retry.ts';

/** Numbers that decide a run; where they end, the first thing that can happen does. */
export type Tape = readonly number[];

/** What an attempt comes to depends on its key and number alone. */
export const unreliable: Answer = ({ idempotencyKey, attempt }) => {
  const draw = chance(`${idempotencyKey}#${attempt}`);
  if (draw < 0.55) return ok(Math.floor(draw * 10));
  if (draw < 0.8) return failed('try again');
  if (draw < 0.9) return failed('no', { retryable: false, code: 'NO' });
  return draw < 0.97 ? failed('late', { kind: 'timeout' }) : failed('stopped', { kind: 'canceled', retryable: false });
};

const answers = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((task) => [task, unreliable]));

const broken: TaskFailure = { kind: 'application', message: 'broke off', retryable: true };

/** Twenty items, a few at a time, which now and then break off. */
const unreliableSource: Source = (command) => {
  const { task, from, attempt } = command;
  const draw = chance(`${task}@${from}#${attempt}`);
  if (draw < 0.2) return { ok: false, failure: broken };
  const want = Math.ceil(draw * 9);
  return sourceOf(Array.from({ length: 20 }, (_, place) => place))({ ...command, want });
};

const sources = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((task) => [task, unreliableSource]));

const stepsMax = 400;

/** Lets anything happen in any order, pauses, resumptions, cancellations and crashes included, until the end. */
export function runAtRandom(
  definition: WorkflowDefinition,
  tape: Tape,
  options: SimulationOptions = {},
): CoreSimulation {
  const execution = simulate(definition, { answers, sources, ...options });
  goOnAtRandom(execution, tape);
  return execution;
}

/** The same for one that has begun, or was reopened. */
export function goOnAtRandom(execution: CoreSimulation, tape: Tape): void {
  for (const draw of tape) {
    if (execution.state.outcome !== undefined) return;
    disturb(execution, draw);
  }
  for (let step = 0; step < stepsMax && takeStep(execution, 0); step += 1);
  if (execution.state.outcome === undefined) execution.cancel();
  while (takeStep(execution, 0));
}

function disturb(execution: CoreSimulation, draw: number): void {
  const kind = draw % 20;
  if (kind === 0) execution.crash();
  else if (kind === 1) execution.pause();
  else if (kind === 2 || kind === 3) execution.resume();
  else if (kind === 4 && draw % 7 === 0) execution.cancel(draw % 2 === 0);
  else if (kind === 5) repeatAnEvent(execution, draw);
  else takeStep(execution, Math.floor(draw / 20));
}

/** An answer or a timer arrives twice. */
function repeatAnEvent(execution: CoreSimulation, draw: number): void {
  const repeatable = execution.journal.filter(({ type }) => /^attempt|^timer|^items|^source/.test(type));
  const event = repeatable[draw % Math.max(1, repeatable.length)];
  if (event !== undefined) execution.send({ ...event, atMs: execution.nowMs });
}

/** False when nothing is left that could happen. */
function takeStep(execution: CoreSimulation, pick: number): boolean {
  if (execution.state.outcome !== undefined) return false;
  const steps = execution.steps();
  const step = steps[pick % Math.max(1, steps.length)];
  if (step !== undefined) execution.take(step);
  else if (execution.state.status === 'paused') execution.resume();
  else return false;
  return true;
}
