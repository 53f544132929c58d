import type { WorkflowDefinition } from '@weftline/graph';
import { maskInputs, type Redactor } from './redactor.ts';
import type { Presentation } from './running-execution.ts';

/** What leaves the engine: secrets masked, inputs declared secret masked. */
export function createPresentation(redactor: Redactor, definition: WorkflowDefinition): Presentation {
  return {
    outcome: (outcome) => redactor.value(outcome),
    event(body) {
      if (body.type !== 'execution-started') return redactor.value(body);
      const input = maskInputs(body.input as Readonly<Record<string, unknown>>, definition.input);
      return redactor.value({ ...body, input });
    },
  };
}
