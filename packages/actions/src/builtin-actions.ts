import type { Action } from './action.ts';
import { echo } from './builtin/echo.ts';
import { fail } from './builtin/fail.ts';
import { createReadCsv } from './builtin/file/read-csv.ts';
import { createReadJson } from './builtin/file/read-json.ts';
import { createReadJsonl } from './builtin/file/read-jsonl.ts';
import { createReadLines } from './builtin/file/read-lines.ts';
import { createWriteFile } from './builtin/file/write-file.ts';
import { http } from './builtin/http/http.ts';
import { httpPages } from './builtin/http/http-pages.ts';
import { noop } from './builtin/noop.ts';
import { createShell } from './builtin/shell/shell.ts';
import { sleep } from './builtin/sleep.ts';

export interface BuiltinActionsOptions {
  /** What relative paths in inputs are relative to. Default: the working directory of the process when the action runs. */
  readonly baseDirectory?: string;
}

/** The `core.*` actions by name. */
export function createBuiltinActions(options: BuiltinActionsOptions = {}): Readonly<Record<string, Action>> {
  const { baseDirectory } = options;
  return Object.freeze({
    'core.noop': noop,
    'core.echo': echo,
    'core.fail': fail,
    'core.sleep': sleep,
    'core.http': http,
    'core.http_pages': httpPages,
    'core.shell': createShell(baseDirectory),
    'core.read_lines': createReadLines(baseDirectory),
    'core.read_csv': createReadCsv(baseDirectory),
    'core.read_jsonl': createReadJsonl(baseDirectory),
    'core.read_json': createReadJson(baseDirectory),
    'core.write_file': createWriteFile(baseDirectory),
  });
}

/** The `core.*` actions with paths relative to the working directory of the process. */
export const builtinActions: Readonly<Record<string, Action>> = createBuiltinActions();
