import type { EngineOptions } from '@weftline/engine';
import pLimit from 'p-limit';
import type { PreparedCase, Size, Strategy } from '../case.ts';
import { checkValues, ListEngine, listConcurrency, valuesTo, type ListRun } from './list-workflow.ts';

/** Options of an engine, and how to tidy up after it. */
export interface OpenedEngine {
  readonly options: EngineOptions;
  discard?(): Promise<void>;
}

/** The same loop over promises, with neither journal nor context: what any engine pays at least. */
export const pLimitStrategy: Strategy = {
  name: 'p-limit',
  prepare({ n }) {
    const values = valuesTo(n);
    return Promise.resolve({
      operations: n,
      run() {
        const limit = pLimit(listConcurrency);
        return Promise.all(values.map((value) => limit(async () => value)));
      },
      check: (answer) => checkValues(n, answer),
    });
  },
};

/** A list through the whole engine; only the list is timed, not the tasks before it. */
export function engineStrategy(
  name: string,
  open: () => OpenedEngine | Promise<OpenedEngine>,
  more: Pick<Strategy, 'skip' | 'unavailable'> = {},
): Strategy {
  return {
    name,
    ...more,
    async prepare(size: Size): Promise<PreparedCase> {
      const opened = await open();
      const engine = new ListEngine(opened.options, size);
      return {
        operations: size.n,
        run: () => engine.run(),
        check: (answer) => checkValues(size.n, (answer as ListRun).output),
        durationNs: (answer) => (answer as ListRun).listNs,
        async close() {
          await engine.close();
          await opened.discard?.();
        },
      };
    },
  };
}
