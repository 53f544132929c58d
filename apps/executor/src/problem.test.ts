import { expect, it } from 'vitest';
import { fakeTerminal } from '../test/fake-terminal.ts';
import { ExecutorError } from './errors.ts';
import { describeProblem, reportProblem } from './problem.ts';

function coded(name: string, code: string, message = 'message'): Error {
  return Object.assign(new Error(message), { name, code });
}

it.each([
  ['ExecutorError', 'USAGE_INVALID', 2],
  ['EngineError', 'EXECUTION_EXISTS', 2],
  ['DefinitionError', 'DEFINITION_INVALID', 3],
  ['EngineError', 'INPUT_INVALID', 3],
  ['EngineError', 'ACTION_UNKNOWN', 3],
  ['EngineError', 'TASK_UNKNOWN', 5],
  ['ExecutorError', 'FILE_NOT_FOUND', 5],
  ['EngineError', 'EXECUTION_NOT_FOUND', 5],
  ['StoreError', 'STORE_UNAVAILABLE', 6],
  ['StoreError', 'STORE_CORRUPT', 6],
  ['EngineError', 'EXECUTION_HELD', 6],
  ['EngineError', 'ENGINE_CLOSED', 70],
  ['TypeError', 'STORE_CORRUPT', 70],
])('%s %s exits with %d', (name, code, exitCode) => {
  expect(describeProblem(coded(name, code)).exitCode).toBe(exitCode);
});

it.each([[new Error('x')], ['text'], [undefined], [coded('Error', 'ENOENT')]])('%s is a fault of ours', (error) => {
  expect(describeProblem(error)).toMatchObject({ code: 'INTERNAL', exitCode: 70 });
});

it('tells people the message, the issues and the hint, and never a stack', async () => {
  const { terminal, stdout, stderr } = fakeTerminal();
  const error = Object.assign(coded('EngineError', 'INPUT_INVALID', 'the input is not valid'), {
    issues: [{ path: 'input.limit', message: 'expected a number,\ngot "x"' }],
  });
  await reportProblem(terminal, describeProblem(error), error);
  expect(stderr.text).toBe(
    'error[INPUT_INVALID]: the input does not fit the workflow\n  input.limit: expected a number, got "x"\n',
  );
  expect(stdout.text).toBe('');
});

it('gives programs one object', async () => {
  const { terminal, stdout } = fakeTerminal({ output: 'json' });
  const error = new ExecutorError('no\u001B[31m', { code: 'FILE_NOT_FOUND', hint: 'look' });
  await reportProblem(terminal, describeProblem(error), error);
  expect(JSON.parse(stdout.text)).toEqual({
    ...{ v: 1, type: 'problem', code: 'FILE_NOT_FOUND', message: 'no\u001B[31m', exitCode: 5, hint: 'look' },
  });
});

it('shows stacks, down to the cause, only when debugging', async () => {
  const { terminal, stderr } = fakeTerminal({ verbosity: 2 });
  const error = new Error('outer', { cause: new Error('inner') });
  await reportProblem(terminal, describeProblem(error), error);
  expect(stderr.text).toMatch(/outer\n\s+at [\s\S]*inner\n\s+at /);
});

it('adds the reason below an error unless it is told already', () => {
  const reason = new Error('disk full');
  const make = (message: string): string =>
    describeProblem(new ExecutorError(message, { code: 'STORE_UNAVAILABLE', cause: reason })).message;
  expect(make('cannot write')).toBe('cannot write: disk full');
  expect(make('cannot write: disk full')).toBe('cannot write: disk full');
});
