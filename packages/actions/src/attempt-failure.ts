import type { TaskFailure } from '@weftline/coordinator';
import { describeValue } from './describe-value.ts';
import { jsonValue } from './json-value.ts';

const messageLengthMax = 4_000;
const codeLengthMax = 100;
const causesMax = 3;

/** What an attempt whose signal was aborted failed of, whatever the action threw then. */
export function abortFailure(reason: unknown): TaskFailure {
  const message = errorMessage(reason);
  const isTimeout = reason instanceof Error && reason.name === 'TimeoutError';
  return isTimeout ? { kind: 'timeout', message, retryable: true } : { kind: 'canceled', message, retryable: false };
}

/**
 * Anything that was thrown, as data. `code`, `retryable` and `details` are taken from every error that has them in the right
 * form, because an action may have been built against another copy of this package. Stacks stay out.
 */
export function thrownFailure(thrown: unknown): TaskFailure {
  try {
    return {
      kind: 'application',
      ...codeOf(thrown),
      message: errorMessage(thrown),
      retryable: member(thrown, 'retryable') !== false,
      ...detailsOf(thrown),
    };
  } catch {
    return { kind: 'application', message: 'the action threw something that cannot be read', retryable: true };
  }
}

/** For logs; nothing where there is none, and where looking for it throws. */
export function stackOf(thrown: unknown): string | undefined {
  try {
    const stack = member(thrown, 'stack');
    return typeof stack === 'string' ? stack : undefined;
  } catch {
    return undefined;
  }
}

function member(thrown: unknown, name: string): unknown {
  return typeof thrown === 'object' && thrown !== null
    ? (thrown as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function codeOf(thrown: unknown): { readonly code?: string } {
  const code = member(thrown, 'code');
  return typeof code === 'string' && code !== '' && code.length <= codeLengthMax ? { code } : {};
}

/** Details that are no JSON are described instead, so that what went wrong stays in sight. */
function detailsOf(thrown: unknown): { readonly details?: unknown } {
  const details = member(thrown, 'details');
  if (details === undefined) return {};
  try {
    return { details: jsonValue(details, 'details') };
  } catch (error) {
    return { details: { not_json: errorMessage(error) } };
  }
}

/** The message with those of the causes that add to it: `fetch failed: connect ECONNREFUSED 127.0.0.1:1`. */
export function errorMessage(thrown: unknown): string {
  const messages = [ownMessage(thrown)];
  let cause = causeOf(thrown);
  for (let count = 0; count < causesMax && cause !== undefined; count += 1) {
    const message = ownMessage(cause);
    if (!messages.some((earlier) => earlier.includes(message))) messages.push(message);
    cause = causeOf(cause);
  }
  const whole = messages.filter((message) => message !== '').join(': ');
  if (whole === '') return thrown instanceof Error ? thrown.name : 'the action threw an empty text';
  return whole.length <= messageLengthMax ? whole : `${whole.slice(0, messageLengthMax)}…`;
}

function ownMessage(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  const message = member(thrown, 'message');
  if (typeof message === 'string') return message;
  return `expected the action to throw an Error, got ${describeValue(thrown)}`;
}

function causeOf(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return undefined;
  if (thrown instanceof AggregateError && thrown.message === '') return thrown.errors[0];
  return thrown.cause instanceof Error ? thrown.cause : undefined;
}
