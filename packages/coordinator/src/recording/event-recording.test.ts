import { recordingConformance } from '../conformance/recording-conformance.ts';
import { eventRecording } from './event-recording.ts';

recordingConformance({ name: 'event recording', strategy: eventRecording() });
recordingConformance({
  name: 'event recording, snapshots all the time',
  strategy: eventRecording({ snapshotBytesMin: 0 }),
});
recordingConformance({
  name: 'event recording without snapshots',
  strategy: eventRecording({ snapshotBytesMin: Infinity }),
});
