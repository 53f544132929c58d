import type { Action } from '@weftline/actions';
import type { Engine } from '@weftline/engine';
import { createLogger } from './action-log.ts';
import { closeInTime } from './close-in-time.ts';
import { ExecutorError } from './errors.ts';
import type { Settings } from './settings.ts';
import { openStore, storeExists, storeUrl } from './store-location.ts';
import type { Terminal } from './terminal.ts';

export interface EngineRequest {
  readonly settings: Settings;
  readonly terminal: Terminal;
  readonly actions?: Readonly<Record<string, Action>>;
  /** False: only the actions given exist. */
  readonly builtinActions?: boolean;
}

/** Opens the store and an engine over it for as long as `use` takes. */
export async function withEngine<Result>(
  request: EngineRequest,
  use: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  const { settings, terminal, actions = {}, builtinActions = true } = request;
  const { createEngine } = await import('@weftline/engine');
  const store = await openStore(settings.store);
  const { env, secrets } = settings;
  const engine = createEngine({ store, actions, builtinActions, env, secrets, onLog: createLogger(terminal) });
  try {
    return await use(engine);
  } finally {
    await closeInTime(engine);
  }
}

/** The same for looking only: a store that does not exist is not created but answered with undefined. */
export async function withReader<Result>(
  request: EngineRequest,
  use: (engine: Engine) => Promise<Result>,
): Promise<Result | undefined> {
  if (!(await storeExists(request.settings.store))) return undefined;
  return withEngine({ ...request, actions: {} }, use);
}

/** Like `withReader` where an execution is needed: without a store there is none. */
export async function withExecutions<Result>(
  request: EngineRequest & { readonly id: string },
  use: (engine: Engine, id: string) => Promise<Result>,
): Promise<Result> {
  const answer = await withReader(request, async (engine) => {
    const { id } = await engine.get(request.id);
    return { value: await use(engine, id) };
  });
  if (answer !== undefined) return answer.value;
  throw new ExecutorError(
    `there is no execution ${request.id}: the store ${storeUrl(request.settings.store)} does not exist`,
    {
      code: 'EXECUTION_NOT_FOUND',
      hint: 'executions are kept per working directory unless --store, WEFTLINE_STORE or a configuration file says otherwise',
    },
  );
}
