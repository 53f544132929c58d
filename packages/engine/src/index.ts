export { createEngine, type EngineOptions } from './create-engine.ts';
export type {
  Adoption,
  AdoptOptions,
  Engine,
  Execution,
  ExecutionEvent,
  ExecutionEventBody,
  ExecutionInspection,
  ExecutionOutcome,
  StartingExecution,
  StartOptions,
} from './engine.ts';
export type { LogEntry } from './log-entry.ts';
export { simulate, type SimulateOptions } from './simulate/simulate.ts';
export type { Mock, MockError, MockStatus, SimulationCase, SimulationOrder } from './simulate/simulation-case.ts';
export type {
  SimulatedAction,
  SimulatedError,
  SimulatedPublication,
  SimulatedVisit,
  SimulationResult,
} from './simulate/simulation-result.ts';
export { EngineError, type EngineErrorCode, type EngineErrorOptions } from './errors.ts';
export {
  ActionError,
  defineSource,
  itemPage,
  type Action,
  type ActionLog,
  type ActionSupport,
  type SourceSupport,
} from '@weftline/actions';
export type {
  ExecutionProblem,
  ExecutionProgress,
  ExecutionStatus,
  ItemCounts,
  TaskProgress,
} from '@weftline/coordinator';
