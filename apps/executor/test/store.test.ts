import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, makeFolder, runCli } from './run-cli.ts';
import type { CliResult } from './run-cli.ts';
import { actions, doubling } from './workflows.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder({
    'doubling.yaml': doubling,
    'actions.mjs': actions,
    'weftline.config.yaml': 'actions: [./actions.mjs]\n',
  });
  for (const store of ['sqlite:a.db', 'file:segments']) {
    await cli('run', 'doubling.yaml', '-i', 'numbers=[1,2,3]', '--id', 'one', '-q', '--store', store);
    await cli('run', 'doubling.yaml', '-i', 'numbers=[4]', '--id', 'two', '-q', '--store', store);
  }
});
afterAll(() => folder.remove());

function cli(...args: string[]): Promise<CliResult> {
  return runCli(args, { cwd: folder.path });
}

describe.each(['sqlite:a.db', 'file:segments'])('store, of %s', (store) => {
  it('check finds no damage', async () => {
    const text = await cli('store', 'check', '--store', store);
    expect(text).toMatchObject({ code: 0, stderr: expect.stringContaining('no damage found') as string });
    const json = await cli('store', 'check', '--store', store, '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ v: 1, damage: 0, store: expect.any(String) as string });
    expect(
      jsonLines((await cli('store', 'check', 'one', '--store', store, '-o', 'jsonl')).stdout).at(-1),
    ).toMatchObject({
      ...{ v: 1, type: 'check', damage: 0 },
    });
  });

  it('dump prints every record as JSON', async () => {
    const { code, stdout } = await cli('store', 'dump', '--store', store);
    expect(code).toBe(0);
    const [header, ...lines] = jsonLines(stdout);
    expect(header).toMatchObject({ v: 1, type: 'dump', format: 'weftline.dump/1' });
    const executions = lines.filter(({ type }) => type === 'execution');
    expect(executions.map(({ id, status }) => [id, status])).toEqual([
      ['one', 'succeeded'],
      ['two', 'succeeded'],
    ]);
    const records = lines.filter(({ type, execution }) => type === 'record' && execution === 'one');
    expect(records.map(({ sequence }) => sequence)).toEqual(records.map((_, place) => place + 1));
    expect(records[0]).toMatchObject({ v: 1, epoch: 1, json: expect.any(Array) as unknown[] });
    expect((records[0]?.json as unknown[]).slice(0, 4)).toEqual(['start', expect.any(Number) as number, 1, 'one']);
    const latest = jsonLines((await cli('store', 'dump', '@latest', '--store', store)).stdout) as { id?: string }[];
    expect(latest.flatMap(({ id }) => (id === undefined ? [] : [id]))).toEqual(['two']);
    expect((await cli('store', 'dump', 'none', '--store', store)).code).toBe(5);
  });

  it('vacuum removes nothing without being asked, and what ended long enough ago when it is', async () => {
    const first = await cli('store', 'vacuum', '--store', store, '--json');
    expect(first.code).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({ v: 1, executionsRemoved: 0, kept: [] });
    const young = await cli('store', 'vacuum', '--ended-before', '400d', '--store', store, '--json');
    expect(JSON.parse(young.stdout)).toMatchObject({ executionsRemoved: 0 });
    const old = await cli('store', 'vacuum', '--ended-before', '0s', '--store', store);
    expect(old).toMatchObject({ code: 0, stdout: expect.stringContaining('2 executions removed') as string });
    expect(JSON.parse((await cli('list', '--store', store, '--json')).stdout)).toEqual({ v: 1, executions: [] });
  });
});

describe('store', () => {
  it('says what it cannot do', async () => {
    expect(await cli('store', 'check', '--store', 'sqlite:none.db')).toMatchObject({
      ...{ code: 5, stderr: expect.stringContaining('there is no store at sqlite:') as string },
    });
    expect((await cli('store', 'vacuum', '--ended-before', 'soon', '--store', 'sqlite:a.db')).code).toBe(2);
    expect((await cli('store', 'polish')).code).toBe(2);
    expect((await cli('store', 'vacuum', '--help')).stdout).toContain('--ended-before <age>');
  });

  it('check and dump exit with 8 where something is damaged, name the place and tell the rest', async () => {
    await cli('run', 'doubling.yaml', '-i', 'numbers=[1,2]', '--id', 'x', '-q', '--store', 'file:broken');
    const [name = ''] = (await readdir(join(folder.path, 'broken'))).filter((file) => file.endsWith('.segment'));
    const path = join(folder.path, 'broken', name);
    const content = await readFile(path);
    const offset = content.indexOf('"ok"');
    content.writeUInt8(0, offset);
    await writeFile(path, content);
    const check = await cli('store', 'check', '--store', 'file:broken', '--json');
    expect(check.code).toBe(8);
    const { damage, findings } = JSON.parse(check.stdout) as { damage: number; findings: { place: object }[] };
    expect(damage).toBeGreaterThan(0);
    expect(findings[0]).toMatchObject({ code: 'CHECKSUM_MISMATCH', execution: 'x', place: { file: path } });
    const dump = await cli('store', 'dump', '--store', 'file:broken');
    expect(dump).toMatchObject({ code: 8, stderr: expect.stringContaining('could not be read') as string });
    expect(jsonLines(dump.stdout)).toContainEqual(expect.objectContaining({ type: 'execution', id: 'x' }));
    expect((await cli('list', '--store', 'file:broken')).code).toBe(6);
    expect((await stat(path)).size).toBe(content.length);
    expect(await readFile(path)).toEqual(content);
  });

  it('check tells of a file that is no database', async () => {
    await writeFile(join(folder.path, 'text.db'), 'This is a text, and longer than a page header. '.repeat(50));
    const { code, stdout } = await cli('store', 'check', '--store', 'sqlite:text.db');
    expect(code).toBe(8);
    expect(stdout).toMatch(/^damage {2}MEDIUM_DAMAGED/);
  });
});
