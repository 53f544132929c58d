export { ActionError, defineAction } from './action.ts';
export type { Action, ActionErrorOptions, ActionInput, ActionLog, ActionSupport } from './action.ts';
export { createActionExecutor } from './action-executor.ts';
export { builtinActions, createBuiltinActions, type BuiltinActionsOptions } from './builtin-actions.ts';
export { ActionSetupError, type ActionSetupErrorCode, type ActionSetupErrorOptions } from './errors.ts';
export { loadActionModule } from './load-action-module.ts';
