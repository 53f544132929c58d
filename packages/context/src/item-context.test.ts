import { contextConformance } from './conformance/index.ts';
import { itemContext } from './item-context.ts';

contextConformance({ name: 'itemContext', strategy: itemContext() });
