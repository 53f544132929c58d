import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';

/** The real configuration without the rules that need types: the code below is in no program. */
const eslint = new ESLint({
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  overrideConfig: [
    tseslint.configs.disableTypeChecked,
    { languageOptions: { parserOptions: { projectService: false } } },
  ],
});

async function rulesBroken(filePath: string, code: string): Promise<readonly string[]> {
  const [report] = await eslint.lintText(code, { filePath });
  return (report?.messages ?? []).map((message) => message.ruleId ?? message.message);
}

const core = 'packages/coordinator/src/core/probe.ts';

describe('the core of the coordinator', () => {
  it.each([
    [`import { readFileSync } from 'node:fs'; export const probe = readFileSync;`, 'no-restricted-imports'],
    [`import { readFile } from 'fs/promises'; export const probe = readFile;`, 'no-restricted-imports'],
    [`import type { Store } from '@weftline/persistence'; export type Probe = Store;`, 'no-restricted-imports'],
    [`import { mailbox } from '../state-access/mailbox.ts'; export const probe = mailbox;`, 'no-restricted-imports'],
    [`import { coordinator } from '../coordinator.ts'; export const probe = coordinator;`, 'no-restricted-imports'],
    [`export { coordinator } from '../coordinator.ts';`, 'no-restricted-imports'],
    [`export const probe = Date.now();`, 'no-restricted-globals'],
    [`export const probe = new Date();`, 'no-restricted-globals'],
    [`export const probe = performance.now();`, 'no-restricted-globals'],
    [`export const probe = process.env['HOME'];`, 'no-restricted-globals'],
    [`export const probe = globalThis.Date;`, 'no-restricted-syntax'],
    [`setTimeout(() => undefined, 1);`, 'no-restricted-globals'],
    [`queueMicrotask(() => undefined);`, 'no-restricted-globals'],
    [`export const probe = Promise.resolve(1);`, 'no-restricted-globals'],
    [`export const probe = Math.random();`, 'no-restricted-properties'],
    [`export const { random } = Math;`, 'no-restricted-properties'],
    [`export async function probe() {}`, 'no-restricted-syntax'],
    [`export const probe = async () => 1;`, 'no-restricted-syntax'],
    [`export const probe = () => import('./state.ts');`, 'no-restricted-syntax'],
  ])('may not contain %s', async (code, rule) => {
    expect(await rulesBroken(core, code)).toContain(rule);
  });

  it('may import its siblings, its errors and the packages below it', async () => {
    const code = [
      `import type { ExecutionState } from './state.ts';`,
      `import { invariant } from '../errors.ts';`,
      `import type { Context } from '@weftline/context';`,
      `export const probe = (state: ExecutionState, context: Context) => invariant(state, String(context));`,
    ];
    expect(await rulesBroken(core, code.join('\n'))).toEqual([]);
  });

  it('cannot be excused by a comment', async () => {
    const code = `// eslint-disable-next-line\nexport const probe = Date.now();`;
    expect(await rulesBroken(core, code)).toContain('no-restricted-globals');
  });
});

describe('the arrows between the packages', () => {
  it.each([
    ['packages/expression/src/probe.ts', '@weftline/graph'],
    ['packages/graph/src/probe.ts', '@weftline/context'],
    ['packages/context/src/probe.ts', '@weftline/expression'],
    ['packages/persistence/src/probe.ts', '@weftline/coordinator'],
    ['packages/coordinator/src/probe.ts', '@weftline/persistence-sqlite'],
    ['packages/actions/src/probe.ts', '@weftline/engine'],
    ['packages/engine/src/probe.ts', 'weftline'],
    ['packages/graph/src/probe.ts', 'immutable'],
  ])('forbid %s to import %s', async (file, name) => {
    expect(await rulesBroken(file, `export { probe } from '${name}';`)).toEqual(['no-restricted-imports']);
  });

  it.each([
    ['packages/graph/src/probe.ts', '@weftline/expression'],
    ['packages/persistence-sqlite/src/probe.ts', '@weftline/persistence/group-commit'],
    ['packages/coordinator/src/probe.ts', '@weftline/persistence'],
    ['packages/context/src/probe.ts', 'immutable'],
    ['apps/executor/src/probe.ts', '@weftline/persistence-sqlite'],
  ])('let %s import %s', async (file, name) => {
    expect(await rulesBroken(file, `export { probe } from '${name}';`)).toEqual([]);
  });
});

describe('the context package', () => {
  it.each([
    [`import { fromJS } from 'immutable'; export const probe = fromJS;`, 'no-restricted-imports'],
    [`import { Record } from 'immutable'; export const probe = Record;`, 'no-restricted-imports'],
    [
      `import type { Map } from 'immutable'; export const probe = (map: Map<string, 1>) => map.toJS();`,
      'no-restricted-syntax',
    ],
    [`import { Map } from 'immutable'; export const probe = Map.isMap(1);`, 'no-restricted-syntax'],
  ])('never converts deeply: %s', async (code, rule) => {
    expect(await rulesBroken('packages/context/src/probe.ts', code)).toContain(rule);
  });
});

describe('the small door', () => {
  it.each([
    ['packages/graph/src/probe.ts', 'no-restricted-syntax', `export default 1;`],
    ['packages/graph/src/index.ts', 'no-restricted-syntax', `export * from './graph.ts';`],
    ['packages/graph/src/utils.ts', 'weftline/file-name', `export const probe = 1;`],
    ['packages/graph/src/WorkflowGraph.ts', 'weftline/file-name', `export const probe = 1;`],
    [
      'packages/graph/src/probe.ts',
      'no-restricted-syntax',
      `export const probe = (a: 1, b: 1, c: 1, d: 1) => [a, b, c, d];`,
    ],
    ['packages/graph/src/probe.ts', 'max-lines', `export const probe = 1;\n`.repeat(301)],
  ])('of %s is kept by %s', async (file, rule, code) => {
    expect(await rulesBroken(file, code)).toContain(rule);
  });
});

it('lets an options object follow three parameters', async () => {
  const code = `export const probe = (a: 1, b: 1, c: 1, options: { d?: 1 } = {}) => [a, b, c, options];`;
  expect(await rulesBroken('packages/graph/src/probe.ts', code)).toEqual([]);
});
