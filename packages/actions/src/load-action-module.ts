import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Action } from './action.ts';
import { errorMessage } from './attempt-failure.ts';
import { describeValue, isPlainObject } from './describe-value.ts';
import { ActionSetupError } from './errors.ts';

/**
 * Loads a module of actions: it exports `actions`, a map from the name of each action to its function. Everything else that
 * it exports is its own affair. `pathOrUrl` is a path, relative to the working directory, or a `file:` URL.
 * Rejects with ActionSetupError, code ACTION_MODULE_NOT_FOUND or ACTION_MODULE_INVALID.
 */
export async function loadActionModule(pathOrUrl: string | URL): Promise<Record<string, Action>> {
  const path = pathOf(pathOrUrl);
  try {
    await access(path);
  } catch (cause) {
    throw new ActionSetupError(`there is no module ${path}`, { code: 'ACTION_MODULE_NOT_FOUND', cause });
  }
  return actionsOf(path, await importModule(path));
}

function pathOf(pathOrUrl: string | URL): string {
  const text = String(pathOrUrl);
  if (!(pathOrUrl instanceof URL) && !/^file:/i.test(text)) return resolve(text);
  try {
    return fileURLToPath(pathOrUrl);
  } catch (cause) {
    throw invalid(text, 'expected a path or a file: URL', cause);
  }
}

async function importModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const module: unknown = await import(pathToFileURL(path).href);
    return module as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw invalid(path, `cannot load it: ${errorMessage(cause)}`, cause);
  }
}

/** What CommonJS hands over as a whole arrives under `default`. */
function actionsOf(path: string, module: Readonly<Record<string, unknown>>): Record<string, Action> {
  const actions =
    module['actions'] ?? (module['default'] as { readonly actions?: unknown } | null | undefined)?.actions;
  if (typeof actions !== 'object' || actions === null || !isPlainObject(actions)) {
    throw invalid(path, `expected it to export "actions", a map of functions, got ${describeValue(actions)}`);
  }
  for (const [name, action] of Object.entries(actions)) {
    if (typeof action === 'function') continue;
    throw invalid(path, `expected the action "${name}" to be a function, got ${describeValue(action)}`);
  }
  return Object.fromEntries(Object.entries(actions));
}

function invalid(module: string, problem: string, cause?: unknown): ActionSetupError {
  return new ActionSetupError(`${module}: ${problem}`, { code: 'ACTION_MODULE_INVALID', cause });
}
