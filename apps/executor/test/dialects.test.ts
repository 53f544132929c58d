import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, runCli } from './run-cli.ts';
import type { CliResult } from './run-cli.ts';

const orquesta = `version: 1.0
input: [{ who: you }]
tasks:
  greet:
    action: core.echo message="hello <% ctx(who) %>"
    next: [{ publish: 'text=<% result() %>', do: noop }]
output: [{ text: <% ctx(text) %> }]
`;

const attune = `version: 1.0.0
parameters: { who: { type: string, default: you } }
tasks: [{ name: greet, action: core.echo, input: { message: "hello {{ parameters.who }}" } }]
output_map: { text: "{{ task.greet }}" }
`;

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  const unmarked = orquesta.replace('version: 1.0\n', '');
  folder = await makeFolder({ 'orquesta.yaml': orquesta, 'attune.yaml': attune, 'unmarked.yaml': unmarked });
});
afterAll(() => folder.remove());

function weftline(...args: readonly string[]): Promise<CliResult> {
  return runCli([...args, '-q'], { cwd: folder.path });
}

describe('workflows of other engines', () => {
  it.each(['orquesta', 'attune'])('run as they are, and the same when they are converted: %s', async (name) => {
    const args = ['--store', 'memory:', '-i', 'who=weft', '-o', 'json'];
    const asIs = await weftline('run', `${name}.yaml`, ...args);
    expect(asIs.code).toBe(0);
    expect(JSON.parse(asIs.stdout)).toMatchObject({ status: 'succeeded', output: { text: 'hello weft' } });
    const converted = await weftline('convert', `${name}.yaml`);
    expect(converted).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^weftline: 1\nlanguage: \w+\n/) as string,
    });
    await writeFile(join(folder.path, `native-${name}.yaml`), converted.stdout);
    const again = await weftline('run', `native-${name}.yaml`, ...args);
    expect(JSON.parse(again.stdout)).toMatchObject({
      status: 'succeeded',
      output: { text: 'hello weft' },
    });
  });

  it('are taken for what --dialect says', async () => {
    expect((await weftline('validate', 'unmarked.yaml')).code).toBe(3);
    expect((await weftline('validate', 'unmarked.yaml', '--dialect', 'orquesta')).code).toBe(0);
    expect((await weftline('validate', 'orquesta.yaml', '--dialect', 'attune')).code).toBe(3);
    expect((await weftline('graph', 'unmarked.yaml', '--dialect', 'orquesta')).stdout).toContain('greet');
    expect(await weftline('run', 'unmarked.yaml', '--dialect', 'cobol')).toMatchObject({ code: 2, stdout: '' });
  });

  it('are converted into JSON for programs, and not at all when they are not valid', async () => {
    const { stdout } = await weftline('convert', 'attune.yaml', '-o', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ v: 1, workflow: expect.stringContaining('language: attune') as string });
    expect(await weftline('convert', 'orquesta.yaml', '--dialect', 'native')).toMatchObject({ code: 3, stdout: '' });
  });
});
