import type { AttemptOutcome, TaskExecutor } from '@weftline/coordinator';

/** Levels that are walked by recursion, which is three times as fast as a list of what is left to do. */
const depthMax = 100;

/**
 * Freezes a value of JSON and all that it is made of, of any depth, and answers it. What is frozen already is taken to be so
 * throughout, so that no value is walked twice. Nothing but plain objects and lists is frozen.
 */
export function freezeValue<Value>(value: Value): Value {
  if (!isThawed(value)) return value;
  const deeper: object[] = [value];
  for (let next = deeper.pop(); next !== undefined; next = deeper.pop()) freezeFrom(next, depthMax, deeper);
  return value;
}

function freezeFrom(container: object, depthLeft: number, deeper: object[]): void {
  if (depthLeft === 0) {
    deeper.push(container);
    return;
  }
  Object.freeze(container);
  if (Array.isArray(container)) {
    for (const member of container as readonly unknown[]) {
      if (isThawed(member)) freezeFrom(member, depthLeft - 1, deeper);
    }
    return;
  }
  const members = container as Readonly<Record<string, unknown>>;
  for (const key in members) {
    const member = members[key];
    if (isThawed(member)) freezeFrom(member, depthLeft - 1, deeper);
  }
}

function isThawed(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** An executor whose actions get frozen inputs, and whose results nobody changes any more. */
export function freezingExecutor(executor: TaskExecutor): TaskExecutor {
  return {
    knows: (action) => executor.knows(action),
    suggest: (action) => executor.suggest(action),
    execute: (request, support) => {
      freezeValue(request.input);
      freezeValue(request.item);
      const outcome = executor.execute(request, support);
      return outcome instanceof Promise ? outcome.then(freezeOutcome) : freezeOutcome(outcome);
    },
  };
}

function freezeOutcome(outcome: AttemptOutcome): AttemptOutcome {
  freezeValue(outcome.ok ? outcome.result : outcome.failure.details);
  return outcome;
}
