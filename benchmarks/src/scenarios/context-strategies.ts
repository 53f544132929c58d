import { itemContext, type ContextStrategy } from '@weftline/context';
import { deepCloneContext } from '@weftline/context/deep-clone-context';
import { sharedContext } from '@weftline/context/shared-context';

/** Every way to represent contexts, the default first. */
export const contextStrategies: readonly ContextStrategy[] = [
  itemContext(),
  sharedContext(),
  deepCloneContext({ method: 'structured-clone' }),
  deepCloneContext({ method: 'json' }),
];
