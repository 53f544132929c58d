import { contextConformance } from './conformance/index.ts';
import { sharedContext } from './shared-context.ts';

contextConformance({ name: 'sharedContext', strategy: sharedContext() });
