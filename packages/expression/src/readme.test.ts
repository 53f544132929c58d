import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { functionNames, testNames } from './function-table.ts';
import { limits } from './limits.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('the README', () => {
  it('names every function and every test', () => {
    const missing = [...functionNames, ...testNames].filter((name) => !new RegExp(`\`${name}[\`(]`, 'u').test(readme));
    expect(missing).toEqual([]);
  });

  it('states the limits as they are', () => {
    const { expressionLengthMax, rangeLengthMax, textLengthMax, stepsMax, patternLengthMax } = limits;
    for (const limit of [expressionLengthMax, rangeLengthMax, textLengthMax, stepsMax, patternLengthMax]) {
      expect(readme.replace(/\n/gu, ' ')).toContain(limit.toLocaleString('en-US'));
    }
    expect(readme).toContain(`${limits.nestingMax} levels of nesting, ${limits.treeHeightMax} operators`);
  });
});
