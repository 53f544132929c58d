export type { Context, ContextEntry, ContextRoot, ContextStrategy, TaskView } from './context.ts';
export { itemContext } from './item-context.ts';
