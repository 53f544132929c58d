import { builtinActions, createActionExecutor, type Action } from '@weftline/actions';
import { itemContext, type ContextStrategy } from '@weftline/context';
import {
  Coordinator,
  systemClock,
  type Clock,
  type RecordingStrategy,
  type StateAccessStrategy,
  type WakeStrategy,
} from '@weftline/coordinator';
import { groupCommit, memoryStore, processOwner, type Store, type WritePolicy } from '@weftline/persistence';
import { ComposedEngine } from './composed-engine.ts';
import type { Engine } from './engine.ts';
import { admitActions } from './admit.ts';
import { freezeValue, freezingExecutor } from './freeze-values.ts';
import type { LogEntry } from './log-entry.ts';
import { createRedactor } from './redactor.ts';

export interface EngineOptions {
  /** Default: a memory store, whose executions end with the process. */
  readonly store?: Store;
  /** Actions by name; they come before built-in ones of the same name. */
  readonly actions?: Readonly<Record<string, Action>>;
  /** Whether `core.*` actions are there. Default true. */
  readonly builtinActions?: boolean;
  /** When appends are written and acknowledged. Default: group commit. */
  readonly writePolicy?: WritePolicy;
  /**
   * What is written for each batch of events. Default: event recording, the events themselves and a snapshot now and then,
   * whose price `eventRecording` tells.
   */
  readonly recording?: RecordingStrategy;
  /** How contexts are represented. Default: item overlays over persistent maps. */
  readonly context?: ContextStrategy;
  /** How an event gets the state to itself. Default: mailbox. */
  readonly stateAccess?: StateAccessStrategy;
  /** How a coordinator learns of work. Default: event-driven. */
  readonly wake?: WakeStrategy;
  /** Default: the system clock. */
  readonly clock?: Clock;
  /** Visible as `env.<name>` and kept in the journal; nothing of the process environment is visible by itself. */
  readonly env?: Readonly<Record<string, string>>;
  /** Visible as `secret.<name>` in task inputs; masked in everything that is shown. */
  readonly secrets?: Readonly<Record<string, string>>;
  /**
   * Whether values are frozen when they enter: definitions, inputs, what actions get and what they answer. An action that
   * changes what it was given, and with it what every other task sees, then throws instead. For development and tests:
   * a list whose actions do nothing takes a tenth to a quarter longer. Default false.
   */
  readonly freezeValues?: boolean;
  /** Attempts in flight over all executions of this engine; default 1,000. */
  readonly attemptsMax?: number;
  /** What actions log, and what the engine has to say beside outcomes. Default: nobody listens. */
  readonly onLog?: (entry: LogEntry) => void;
}

/** Composes an engine out of a store, actions and strategies. The engine owns the store from then on and closes it. */
export function createEngine(options: EngineOptions = {}): Engine {
  const secrets = options.secrets ?? {};
  const redactor = createRedactor(secrets);
  const store = (options.writePolicy ?? groupCommit())(options.store ?? memoryStore());
  const builtin = options.builtinActions === false ? {} : builtinActions;
  const freezes = options.freezeValues === true;
  const actions = createActionExecutor({ ...builtin, ...options.actions });
  const executor = freezes ? freezingExecutor(actions) : actions;
  const context = options.context ?? itemContext();
  const log = (entry: LogEntry): void => options.onLog?.(redactor.value(entry));
  const clock = options.clock ?? systemClock;
  const coordinator = new Coordinator({
    store,
    clock,
    executor,
    context,
    secrets,
    owner: processOwner(),
    admit: (definition) => admitActions(definition, executor),
    onLog: (level, message, place) => log({ level, message, ...place }),
    ...(options.recording === undefined ? {} : { recording: options.recording }),
    ...(options.stateAccess === undefined ? {} : { stateAccess: options.stateAccess }),
    ...(options.wake === undefined ? {} : { wake: options.wake }),
    ...(options.attemptsMax === undefined ? {} : { attemptsMax: options.attemptsMax }),
  });
  const freeze = freezes ? freezeValue : <Value>(value: Value): Value => value;
  return new ComposedEngine({ store, coordinator, context, clock, redactor, log, freeze, env: options.env ?? {} });
}
