/**
 * Work on the server came to no end, for a reason that may pass: the connection broke, the server restarts, two sessions
 * stood in each other's way. The same work may be done again.
 */
export class Interrupted extends Error {
  /** A statement had been sent and was not answered: whether it took effect is unknown. */
  readonly unanswered: boolean;

  constructor(message: string, options: { readonly unanswered: boolean; readonly cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Interrupted';
    this.unanswered = options.unanswered;
  }
}
