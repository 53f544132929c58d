import type { WorkflowDefinition } from '../definition.ts';
import { createGraph } from '../graph.ts';
import { checkDeclaration } from '../input/check-declaration.ts';
import { checkGraph } from './check-graph.ts';
import { checkItemsKeys } from './check-items.ts';
import { checkNames } from './check-names.ts';
import { checkQuantities } from './check-quantities.ts';
import { checkTemplates } from './check-templates.ts';
import type { Gaps } from './gaps.ts';
import type { Report } from './report.ts';

/**
 * Everything that can be said about a definition whose shape is right. Linear in the size of the definition. Nothing is
 * concluded from what is missing because it could not be read.
 */
export function checkDefinition(definition: WorkflowDefinition, report: Report, gaps: Gaps): void {
  checkNames(definition, report);
  for (const [name, declaration] of Object.entries(definition.input)) checkDeclaration(name, declaration, report);
  for (const task of Object.values(definition.tasks)) {
    checkQuantities(task, report);
    checkItemsKeys(task, report);
  }
  checkGraph(createGraph(definition), report, gaps);
  checkTemplates(definition, report, gaps);
}
