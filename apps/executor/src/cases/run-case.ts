import { dirname, resolve } from 'node:path';
import type { SimulationResult } from '@weftline/engine';
import { ExitCode } from '../exit-code.ts';
import { loadWorkflow } from '../load-workflow.ts';
import { describeProblem } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { readTextFile } from '../read-text-file.ts';
import { parseCase } from './case-document.ts';
import type { CaseDocument } from './case-document.ts';
import { compareExpected } from './compare-expected.ts';
import type { Difference } from './compare-expected.ts';
import { invalidWorkflow, refusal, simulateCase } from './simulate-case.ts';
import type { InvalidWorkflow } from './simulate-case.ts';

/** What became of one case file. */
export type CaseReport = { readonly file: string; readonly name?: string } & (
  | { readonly status: 'passed' }
  | { readonly status: 'failed'; readonly differences: readonly Difference[] }
  /** It could not be tried at all. */
  | { readonly status: 'invalid'; readonly problem: Pick<Problem, 'code' | 'message' | 'issues'> }
);

/** A test: a workflow, a case of it, and the part of the result that is expected. */
interface Test {
  readonly name?: string;
  readonly workflow: string;
  readonly expect: object;
  readonly given: object;
}

/** Simulates a case file and compares; whatever is wrong with it is told in the report. */
export async function runCase(file: string): Promise<CaseReport> {
  try {
    const document = parseCase(await readTextFile(file, 'the case'), file);
    const test = testOf(document);
    const name = test.name === undefined ? {} : { name: test.name };
    const differences = compareExpected(test.expect, await resultOf(test, document));
    return { file, ...name, ...(differences.length === 0 ? { status: 'passed' } : { status: 'failed', differences }) };
  } catch (error) {
    const { code, message, issues, exitCode } = describeProblem(error);
    if (exitCode === ExitCode.internal) throw error;
    return { file, status: 'invalid', problem: { code, message, ...(issues === undefined ? {} : { issues }) } };
  }
}

async function resultOf(test: Test, document: CaseDocument): Promise<SimulationResult | InvalidWorkflow> {
  const { definition, issues } = await loadWorkflow({ file: resolve(dirname(document.name), test.workflow) });
  if (definition === undefined) return invalidWorkflow(issues);
  return simulateCase(definition, document, test.given);
}

function testOf(document: CaseDocument): Test {
  const { value } = document;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refusal(document, 'CASE_INVALID', [{ path: '', message: 'expected a test, which is a map' }]);
  }
  const { workflow, expect, name, ...given } = value as Readonly<Record<string, unknown>>;
  const issues = [
    ...(typeof workflow === 'string' ? [] : [{ path: 'workflow', message: 'expected the path of the workflow' }]),
    ...(typeof expect === 'object' && expect !== null && !Array.isArray(expect) && Object.keys(expect).length > 0
      ? []
      : [{ path: 'expect', message: 'expected a map with a part of the result, so that the test can fail' }]),
    ...(name === undefined || typeof name === 'string' ? [] : [{ path: 'name', message: 'expected a text' }]),
  ];
  if (issues.length > 0) throw refusal(document, 'CASE_INVALID', issues);
  const test = { workflow: workflow as string, expect: expect as object, given };
  return typeof name === 'string' ? { ...test, name } : test;
}
