/** Stable reasons for which actions cannot be taken into use. */
export type ActionSetupErrorCode =
  /** A member of the actions handed in is no function. */
  | 'ACTION_INVALID'
  | 'ACTION_MODULE_NOT_FOUND'
  /** The module cannot be loaded, or does not export `actions` as a map of functions. */
  | 'ACTION_MODULE_INVALID';

export interface ActionSetupErrorOptions {
  readonly code: ActionSetupErrorCode;
  readonly cause?: unknown;
}

/** Thrown while actions are collected, before any of them runs. What goes wrong while one runs is an `ActionError`. */
export class ActionSetupError extends Error {
  readonly code: ActionSetupErrorCode;

  constructor(message: string, options: ActionSetupErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ActionSetupError';
    this.code = options.code;
  }
}
