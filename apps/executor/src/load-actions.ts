import { loadActionModule } from '@weftline/actions';
import type { Action } from '@weftline/actions';

/** The actions of all modules; a module that comes later replaces actions of the same name. */
export async function loadActions(modules: readonly string[]): Promise<Record<string, Action>> {
  const actions: Record<string, Action> = {};
  for (const module of modules) Object.assign(actions, await loadActionModule(module));
  return actions;
}
