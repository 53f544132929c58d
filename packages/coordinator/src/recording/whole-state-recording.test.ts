import { recordingConformance } from '../conformance/recording-conformance.ts';
import { wholeStateRecording } from './whole-state-recording.ts';

recordingConformance({ name: 'whole-state recording', strategy: wholeStateRecording() });
