export type { Context, ContextEntry, ContextRoot, ContextStrategy, TaskView } from './context.ts';
export { hasItemParts, type ItemNames } from './item-names.ts';
export { itemContext } from './item-context.ts';
