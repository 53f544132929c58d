export { stateAccessConformance, type StateAccessConformanceOptions } from './state-access-conformance.ts';
export { wakeConformance, type WakeConformanceOptions } from './wake-conformance.ts';
