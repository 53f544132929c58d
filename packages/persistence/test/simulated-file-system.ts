export { simulatedDirectory, SimulatedFileSystem } from '../src/simulated-file-system.ts';
export type { SystemCall, SystemFault } from '../src/simulated-file-system.ts';
