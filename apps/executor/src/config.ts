import { nearestName } from '@weftline/expression';
import { access } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseDuration } from './duration.ts';
import { ExecutorError, messageOf } from './errors.ts';
import { readTextFile } from './read-text-file.ts';

/** What a configuration file may say. Paths in it are relative to the file. */
export interface Config {
  /** Modules whose exports are actions. */
  readonly actions?: readonly string[];
  /** Store URL. */
  readonly store?: string;
  /** Process variables that expressions see as `env.<name>`. */
  readonly env?: readonly string[];
  /** Process variables that expressions see as `secret.<name>`; masked in everything that is shown. */
  readonly secrets?: readonly string[];
  /** How long attempts in flight may take to finish after a stop signal. */
  readonly graceMs?: number;
}

export interface LoadedConfig extends Config {
  readonly file: string;
  readonly directory: string;
}

/** In the order in which they are looked for. */
const CONFIG_FILES: readonly string[] = ['js', 'mjs', 'json', 'yaml'].map((end) => `weftline.config.${end}`);

/** The file named, or the first that is found in the directories; undefined when there is none. */
export async function loadConfig(
  named: string | undefined,
  directories: readonly string[],
): Promise<LoadedConfig | undefined> {
  const file = named ?? (await findConfig(directories));
  if (file === undefined) return undefined;
  return { ...checkConfig(await readConfig(file), file), file, directory: dirname(file) };
}

async function findConfig(directories: readonly string[]): Promise<string | undefined> {
  for (const directory of directories) {
    const candidates = CONFIG_FILES.map((name) => join(directory, name));
    const present = await Promise.all(candidates.map(exists));
    const found = candidates.filter((_, index) => present[index]);
    if (found.length > 1) {
      throw new ExecutorError(
        `expected one configuration file in ${directory}, got ${found.length}: ${found.join(', ')}`,
        {
          code: 'CONFIG_AMBIGUOUS',
          hint: 'remove one of them, or name the right one with --config',
        },
      );
    }
    if (found[0] !== undefined) return resolve(found[0]);
  }
  return undefined;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function readConfig(file: string): Promise<unknown> {
  const text = await readTextFile(file, 'the configuration');
  try {
    if (extname(file) === '.json') return JSON.parse(text);
    if (['.yaml', '.yml'].includes(extname(file))) {
      const { parse } = await import('yaml');
      return parse(text, { prettyErrors: true });
    }
    const module = (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
    if (module.default === undefined) throw new Error('expected a default export that is the configuration, got none');
    return module.default;
  } catch (error) {
    throw new ExecutorError(`${file}: ${messageOf(error)}`, { code: 'CONFIG_INVALID', cause: error });
  }
}

type Check = (value: unknown) => Partial<Config> | string;

const CHECKS: Readonly<Record<string, Check>> = {
  actions: (value) => (isTexts(value) ? { actions: value } : 'a list of modules'),
  store: (value) => (typeof value === 'string' ? { store: value } : 'a store URL such as sqlite:weftline.db'),
  env: (value) => (isTexts(value) ? { env: value } : 'a list of names of environment variables'),
  secrets: (value) => (isTexts(value) ? { secrets: value } : 'a list of names of environment variables'),
  grace: (value) => {
    const graceMs = typeof value === 'string' || typeof value === 'number' ? parseDuration(String(value)) : undefined;
    return graceMs === undefined ? 'a duration such as 30s' : { graceMs };
  },
};

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((member) => typeof member === 'string' && member !== '');
}

/** Everything that is wrong is told at once. */
function checkConfig(value: unknown, file: string): Config {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new ExecutorError(`${file}: expected an object, got ${describeValue(value)}`, { code: 'CONFIG_INVALID' });
  }
  let config: Config = {};
  const wrong: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    const result = Object.hasOwn(CHECKS, key) ? CHECKS[key]?.(member) : undefined;
    if (result === undefined) wrong.push(unknownKey(key));
    else if (typeof result === 'string') wrong.push(`${key}: expected ${result}, got ${describeValue(member)}`);
    else config = { ...config, ...result };
  }
  if (wrong.length > 0) throw new ExecutorError(`${file}: ${wrong.join('; ')}`, { code: 'CONFIG_INVALID' });
  return config;
}

function unknownKey(key: string): string {
  const known = Object.keys(CHECKS);
  const near = nearestName(key, known);
  return `unknown key "${key}"${near === undefined ? `, expected one of ${known.join(', ')}` : `, did you mean "${near}"?`}`;
}

function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `${typeof value} ${JSON.stringify(value) ?? ''}`.trim();
}
