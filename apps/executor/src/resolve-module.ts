import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { ExecutorError } from './errors.ts';

/**
 * The absolute path of an actions module: a file, or else a package as seen from `directory`.
 * Throws ACTION_MODULE_NOT_FOUND.
 */
export function resolveModule(specifier: string, directory: string): string {
  const file = resolve(directory, specifier);
  if (existsSync(file)) return file;
  if (!specifier.startsWith('.') && !isAbsolute(specifier)) {
    try {
      return createRequire(join(directory, 'package.json')).resolve(specifier);
    } catch (error) {
      throw notFound(`${specifier} (neither the file ${file} nor an installed package)`, error);
    }
  }
  throw notFound(file);
}

function notFound(what: string, cause?: unknown): ExecutorError {
  return new ExecutorError(`cannot find the actions module ${what}`, { code: 'ACTION_MODULE_NOT_FOUND', cause });
}
