export { recordingConformance, type RecordingConformanceOptions } from './recording-conformance.ts';
export { stateAccessConformance, type StateAccessConformanceOptions } from './state-access-conformance.ts';
export { wakeConformance, type WakeConformanceOptions } from './wake-conformance.ts';
