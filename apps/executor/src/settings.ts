import { delimiter, dirname, resolve } from 'node:path';
import type { CommandContext } from './command-context.ts';
import { loadConfig } from './config.ts';
import type { LoadedConfig } from './config.ts';
import { parseDuration } from './duration.ts';
import { ExecutorError } from './errors.ts';
import { resolveModule } from './resolve-module.ts';
import { DEFAULT_STORE_URL, parseStoreUrl } from './store-location.ts';
import type { StoreLocation } from './store-location.ts';
import type { Environment } from './style.ts';

/** Everything that can be set, decided: flag over WEFTLINE_* variable over configuration file over default. */
export interface Settings {
  readonly store: StoreLocation;
  /** Absolute paths or package names, in the order in which they are loaded. */
  readonly actions: readonly string[];
  /** Values for `env.<name>`. */
  readonly env: Readonly<Record<string, string>>;
  /** Values for `secret.<name>`. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly graceMs: number;
  /** The configuration file that was used. */
  readonly configFile?: string;
}

export interface SettingsRequest {
  /** Absolute path of the workflow; its folder is searched for a configuration first. */
  readonly workflowFile?: string | undefined;
  /** What an execution was started with; stands in for flags that are not given. */
  readonly remembered?: { readonly actions?: readonly string[]; readonly configFile?: string } | undefined;
  /** `--grace`. */
  readonly graceMs?: number | undefined;
}

const GRACE_MS = 30_000;

export async function resolveSettings(context: CommandContext, request: SettingsRequest = {}): Promise<Settings> {
  const config = await configFor(context, request);
  return {
    store: storeOf(context, config),
    actions: actionsOf(context, config, request),
    env: pick(context.env, config?.env),
    secrets: pick(context.env, config?.secrets),
    graceMs: request.graceMs ?? graceOf(context.env) ?? config?.graceMs ?? GRACE_MS,
    ...(config !== undefined && { configFile: config.file }),
  };
}

function configFor(context: CommandContext, request: SettingsRequest): Promise<LoadedConfig | undefined> {
  const named = context.options.config ?? nonEmpty(context.env.WEFTLINE_CONFIG);
  const file = named === undefined ? request.remembered?.configFile : resolve(context.cwd, named);
  const beside = request.workflowFile === undefined ? [] : [dirname(request.workflowFile)];
  return loadConfig(file, [...new Set([...beside, context.cwd])]);
}

function storeOf({ options, env, cwd }: CommandContext, config: LoadedConfig | undefined): StoreLocation {
  const given = options.store ?? nonEmpty(env.WEFTLINE_STORE);
  if (given !== undefined) return parseStoreUrl(given, cwd);
  if (config?.store !== undefined) return parseStoreUrl(config.store, config.directory);
  return parseStoreUrl(DEFAULT_STORE_URL, cwd);
}

function actionsOf(
  { options, env, cwd }: CommandContext,
  config: LoadedConfig | undefined,
  request: SettingsRequest,
): readonly string[] {
  if (options.actions !== undefined) return options.actions.map((module) => resolveModule(module, cwd));
  const fromEnv = nonEmpty(env.WEFTLINE_ACTIONS);
  if (fromEnv !== undefined) {
    return fromEnv
      .split(delimiter)
      .filter((module) => module !== '')
      .map((module) => resolveModule(module, cwd));
  }
  if (request.remembered?.actions !== undefined) return request.remembered.actions;
  return (config?.actions ?? []).map((module) => resolveModule(module, config?.directory ?? cwd));
}

function graceOf(env: Environment): number | undefined {
  const text = nonEmpty(env.WEFTLINE_GRACE);
  if (text === undefined) return undefined;
  const graceMs = parseDuration(text);
  if (graceMs !== undefined) return graceMs;
  throw new ExecutorError(`expected a duration such as 30s in WEFTLINE_GRACE, got ${JSON.stringify(text)}`, {
    code: 'USAGE_INVALID',
  });
}

/** Names that are not set in the process are left out: the expression that needs one says so. */
function pick(env: Environment, names: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
