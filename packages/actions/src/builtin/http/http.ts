import { ActionError, type Action } from '../../action.ts';
import { errorMessage } from '../../attempt-failure.ts';
import { httpRequest, type HttpRequest } from './http-request.ts';
import { decodeText, headersOf, parseBody, readBytes, type HttpResult } from './http-response.ts';
import { isPassing } from './status-expectation.ts';

/** How much of the answer a failure keeps for `error.details.body`. */
const failureBodyBytesMax = 10_000;

/**
 * One HTTP exchange, over connections that are kept for the next. Fails with HTTP_STATUS, HTTP_UNREACHABLE, HTTP_BODY_TOO_LARGE or
 * HTTP_BODY_INVALID. How long it may take is the `timeout` of the task.
 */
export const http: Action<unknown, HttpResult> = async (input, { signal, idempotencyKey }) => {
  const request = httpRequest(input, idempotencyKey);
  try {
    return await exchange(request, signal);
  } catch (error) {
    if (error instanceof ActionError || signal.aborted) throw error;
    throw unreachable(request, error);
  }
};

async function exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpResult> {
  const { method, url, headers, body, redirect } = request;
  const response = await fetch(url, { method, headers, body, redirect, signal });
  if (!request.expected.matches(response.status)) throw await unexpectedStatus(request, response);
  const { bytes, complete } = await readBytes(response, request.bodyBytesMax);
  if (!complete) throw tooLarge(request);
  return { status: response.status, headers: headersOf(response), body: parseBody(response, bytes, request.shown) };
}

async function unexpectedStatus(request: HttpRequest, response: Response): Promise<ActionError> {
  const { status, statusText } = response;
  const got = statusText === '' ? String(status) : `${status} ${statusText}`;
  return new ActionError(`expected status ${request.expected.shown} from ${request.shown}, got ${got}`, {
    code: 'HTTP_STATUS',
    retryable: isPassing(status),
    details: { status, headers: headersOf(response), body: await failureBody(response, request.shown) },
  });
}

/** What the server said about the failure, as far as it can be read; the status is what matters. */
async function failureBody(response: Response, shown: string): Promise<unknown> {
  try {
    const { bytes, complete } = await readBytes(response, failureBodyBytesMax);
    return complete ? parseBody(response, bytes, shown) : decodeText(response, bytes);
  } catch {
    return null;
  }
}

function tooLarge(request: HttpRequest): ActionError {
  return new ActionError(`expected a body of at most ${request.bodyBytesMax} bytes from ${request.shown}, got more`, {
    code: 'HTTP_BODY_TOO_LARGE',
    retryable: false,
    details: { body_bytes_max: request.bodyBytesMax },
  });
}

function unreachable(request: HttpRequest, error: unknown): ActionError {
  return new ActionError(`${request.shown} could not be completed: ${errorMessage(error)}`, {
    code: 'HTTP_UNREACHABLE',
    cause: error,
  });
}
