import { compileWorkflow, type Program } from '@weftline/coordinator';
import type { WorkflowDefinition } from '@weftline/graph';

type Template = Program['vars'][number][1];

/** What secrets are taken for: the mask that hides them everywhere else. */
const mask = '***';

/** The workflow ready to run, with these variables laid over its own; those that it does not have come first. */
export function simulationProgram(definition: WorkflowDefinition, context: Readonly<Record<string, unknown>>): Program {
  const program = compileWorkflow(definition);
  const own = new Set(program.vars.map(([name]) => name));
  const given = Object.entries(context).map(([name, value]) => [name, constant(value)] as const);
  const replaced = new Map(given);
  return {
    ...program,
    vars: [
      ...given.filter(([name]) => !own.has(name)),
      ...program.vars.map(([name, template]) => [name, replaced.get(name) ?? template] as const),
    ],
  };
}

/** Every secret that the workflow reads by its name, masked. */
export function maskedSecrets(program: Program): Readonly<Record<string, string>> {
  const inputs = [...program.tasks.values()].flatMap(({ input, items }) => [input, items?.source?.input]);
  const references = inputs.flatMap((template) => template?.references ?? []);
  const secrets = references.flatMap(({ kind, name, key }) =>
    kind === 'member' && name === 'secret' && key !== undefined ? [[key, mask] as const] : [],
  );
  return Object.fromEntries(secrets);
}

/** What a context gives is data, whatever stands in it. */
function constant(value: unknown): Template {
  return { constant: true, references: [], render: () => value };
}
