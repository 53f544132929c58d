import { expect, it } from 'vitest';
import * as door from './index.ts';

it('exports by name what users need and nothing else', () => {
  expect(Object.keys(door).sort()).toEqual([
    'ActionError',
    'ActionSetupError',
    'builtinActions',
    'createActionExecutor',
    'createBuiltinActions',
    'defineAction',
    'defineSource',
    'itemPage',
    'loadActionModule',
  ]);
});

it('has the built-in actions by name, for nobody to change', () => {
  expect(Object.keys(door.builtinActions)).toEqual([
    'core.noop',
    'core.echo',
    'core.fail',
    'core.sleep',
    'core.http',
    'core.http_pages',
    'core.shell',
    'core.read_lines',
    'core.read_csv',
    'core.read_jsonl',
    'core.read_json',
    'core.write_file',
  ]);
  expect(Object.isFrozen(door.builtinActions)).toBe(true);
});
