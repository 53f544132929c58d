export { ActionError, defineAction } from './action.ts';
export type { Action, ActionErrorOptions, ActionInput, ActionItem, ActionLog, ActionSupport } from './action.ts';
export { createActionExecutor } from './action-executor.ts';
export { builtinActions, createBuiltinActions, type BuiltinActionsOptions } from './builtin-actions.ts';
export { ActionSetupError, type ActionSetupErrorCode, type ActionSetupErrorOptions } from './errors.ts';
export { defineSource, itemPage, type ItemPage, type Source, type SourceAction, type SourceSupport } from './source.ts';
export { loadActionModule } from './load-action-module.ts';
