import type { Action } from '@weftline/actions';
import type { ContextStrategy } from '@weftline/context';
import type { Store, WritePolicy } from '@weftline/persistence';
import type { Engine } from './engine.ts';

export interface EngineOptions {
  /** Default: a memory store. */
  readonly store?: Store;
  /** Actions by name; the built-in `core.*` actions are always there unless `builtinActions` is false. */
  readonly actions?: Readonly<Record<string, Action>>;
  readonly builtinActions?: boolean;
  /** When appends are written and acknowledged. Default: group commit. */
  readonly writePolicy?: WritePolicy;
  /** Default: item overlays over persistent maps. */
  readonly context?: ContextStrategy;
  /** Visible as `env.<name>`; nothing of the process environment is visible by itself. */
  readonly env?: Readonly<Record<string, string>>;
  /** Visible as `secret.<name>` in task inputs; masked in everything that is shown. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Attempts in flight over all executions of this engine; default 1,000. */
  readonly attemptsMax?: number;
  readonly onLog?: (entry: LogEntry) => void;
}

export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly execution?: string;
  readonly task?: string;
  readonly item?: number;
  readonly fields?: Readonly<Record<string, unknown>>;
}

export declare function createEngine(options?: EngineOptions): Engine;
