import { RESERVED_NAMES, type WorkflowDefinition } from '@weftline/graph';
import { checkMock } from './check-mock.ts';
import { expected, isMap, memberPath, wrongKeys, type CaseIssue } from './case-issue.ts';
import { SIMULATION_ORDERS } from './simulation-case.ts';

const keys = ['inputs', 'context', 'env', 'mocks', 'order'] as const;

/** Names of variables, as the language has them. */
const variableName = /^[A-Za-z_][A-Za-z0-9_-]{0,127}$/;

/** Everything that is wrong with a case for this workflow, but for the values of its inputs. */
export function checkCase(given: unknown, definition: WorkflowDefinition): readonly CaseIssue[] {
  if (!isMap(given)) return [expected('a case, which is a map', given, '')];
  const { inputs, context, env, mocks, order } = given;
  return [
    ...wrongKeys(given, keys, ''),
    ...(inputs === undefined || isMap(inputs) ? [] : [expected('a map of inputs', inputs, 'inputs')]),
    ...checkContext(context),
    ...checkEnv(env),
    ...checkMocks(mocks, definition),
    ...(order === undefined || (SIMULATION_ORDERS as readonly unknown[]).includes(order)
      ? []
      : [expected(SIMULATION_ORDERS.join(' or '), order, 'order')]),
  ];
}

function checkContext(context: unknown): readonly CaseIssue[] {
  if (context === undefined) return [];
  if (!isMap(context)) return [expected('a map of variables', context, 'context')];
  return Object.keys(context).flatMap((name) => {
    const path = memberPath('context', name);
    if (!variableName.test(name)) return [{ path, message: 'variables cannot be named like this' }];
    return RESERVED_NAMES.includes(name)
      ? [{ path, message: 'the name has a meaning of its own and cannot be a variable' }]
      : [];
  });
}

function checkEnv(env: unknown): readonly CaseIssue[] {
  if (env === undefined) return [];
  if (!isMap(env)) return [expected('a map of texts', env, 'env')];
  return Object.entries(env).flatMap(([name, value]) =>
    typeof value === 'string' ? [] : [expected('a text', value, memberPath('env', name))],
  );
}

function checkMocks(mocks: unknown, definition: WorkflowDefinition): readonly CaseIssue[] {
  if (mocks === undefined) return [];
  if (!Array.isArray(mocks)) return [expected('a list of mocks', mocks, 'mocks')];
  return mocks.flatMap((mock: unknown, place) => checkMock(mock, `mocks[${place}]`, definition));
}
