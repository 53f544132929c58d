import { contextConformance } from './conformance/index.ts';
import { deepCloneContext } from './deep-clone-context.ts';

for (const method of ['structured-clone', 'json'] as const) {
  contextConformance({ name: `deepCloneContext (${method})`, strategy: deepCloneContext({ method }) });
}
