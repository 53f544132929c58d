import type { InputDeclaration } from '@weftline/graph';
import { ExecutorError, messageOf } from './errors.ts';
import type { InputFlag } from './input-flag.ts';
import { readTextFile, readTextStream } from './read-text-file.ts';

export interface InputSources {
  readonly flags: readonly InputFlag[];
  /** `--input-file`: a path, or `-` for stdin. */
  readonly file?: string | undefined;
  readonly stdin: AsyncIterable<unknown>;
  /** What the workflow declares: an input declared as text is never taken for JSON. */
  readonly declared: Readonly<Record<string, InputDeclaration>>;
}

/** The input of an execution: the file first, then the flags over it. */
export async function collectInput(sources: InputSources): Promise<Record<string, unknown>> {
  const fromFile = sources.file === undefined ? {} : await readInputFile(sources.file, sources.stdin);
  const fromFlags = sources.flags.map(({ name, text }): [string, unknown] => {
    const declaration = Object.hasOwn(sources.declared, name) ? sources.declared[name] : undefined;
    return [name, inputValue(text, declaration)];
  });
  return Object.fromEntries([...Object.entries(fromFile), ...fromFlags]);
}

/** JSON when the text is JSON, else the text itself. Numbers that would lose digits stay text. */
export function inputValue(text: string, declaration?: InputDeclaration): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  if (typeof value === 'number' && !keepsItsDigits(value)) return text;
  if (declaration?.schema?.type === 'string' && typeof value !== 'string') return text;
  return value;
}

function keepsItsDigits(value: number): boolean {
  return Number.isFinite(value) && (Number.isSafeInteger(value) || !Number.isInteger(value));
}

async function readInputFile(file: string, stdin: AsyncIterable<unknown>): Promise<Record<string, unknown>> {
  const name = file === '-' ? 'stdin' : file;
  const text = file === '-' ? await readTextStream(stdin, 'the input') : await readTextFile(file, 'the input');
  let value: unknown;
  try {
    // YAML takes in JSON and tells line and column of what it cannot read.
    const { parse } = await import('yaml');
    value = parse(text, { prettyErrors: true, strict: true });
  } catch (error) {
    throw new ExecutorError(`${name}: ${messageOf(error)}`, { code: 'INPUT_FILE_INVALID', cause: error });
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    const got = value === null || value === undefined ? 'nothing' : Array.isArray(value) ? 'a list' : typeof value;
    throw new ExecutorError(`${name}: expected an object with the inputs by name, got ${got}`, {
      code: 'INPUT_FILE_INVALID',
    });
  }
  return value as Record<string, unknown>;
}
