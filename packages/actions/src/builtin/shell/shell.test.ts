import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { failureOf, resultOf } from '../../../test/perform.ts';
import { temporaryDirectory } from '../../../test/temporary-directory.ts';
import { createBuiltinActions } from '../../builtin-actions.ts';

const node = process.execPath;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** What a process wrote into a file, once it is there. */
async function written(path: string): Promise<string> {
  return vi.waitFor(async () => {
    const text = await readFile(path, 'utf8');
    expect(text).toMatch(/\n$/);
    return text.trim();
  }, 20_000);
}

describe('a command', { timeout: 60_000 }, () => {
  it('answers its outputs', async () => {
    expect(await resultOf('core.shell', { command: 'echo out; echo err >&2' })).toEqual({
      exit_code: 0,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  it('as a text is read by the shell', async () => {
    expect(await resultOf('core.shell', { command: 'A=$((20 + 1)); echo $((A * 2)) | cat' })).toMatchObject({
      stdout: '42\n',
    });
  });

  it('as a list meets no shell', async () => {
    const hostile = '$(touch /tmp/never); `id` && echo "x" | \'y\' * ~ \n';
    const command = [node, '-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', hostile, 7, true, ''];
    const { stdout } = (await resultOf('core.shell', { command })) as { stdout: string };
    expect(JSON.parse(stdout)).toEqual([hostile, '7', 'true', '']);
  });

  it('runs where it is told, relative to the base directory', async () => {
    const baseDirectory = await temporaryDirectory();
    await mkdir(join(baseDirectory, 'inner'));
    const actions = createBuiltinActions({ baseDirectory });
    expect(await resultOf('core.shell', { command: 'pwd' }, { actions })).toMatchObject({
      stdout: `${baseDirectory}\n`,
    });
    expect(await resultOf('core.shell', { command: 'pwd', cwd: 'inner' }, { actions })).toMatchObject({
      stdout: `${baseDirectory}/inner\n`,
    });
    expect(await resultOf('core.shell', { command: 'pwd' })).toMatchObject({ stdout: `${process.cwd()}\n` });
  });

  it('sees the environment of the process and what is added to it', async () => {
    const env = { ADDED: 'a b', NUMBER: 7, __proto_: 'x' };
    const command = [node, '-p', '[process.env.PATH !== undefined, process.env.ADDED, process.env.NUMBER].join()'];
    expect(await resultOf('core.shell', { command, env })).toMatchObject({ stdout: 'true,a b,7\n' });
  });

  it('reads its input to the end', async () => {
    const stdin = `${'ü'.repeat(300_000)}\n`;
    expect(await resultOf('core.shell', { command: 'wc -c', stdin })).toMatchObject({
      stdout: expect.stringMatching(/^\s*600001\s*$/) as string,
    });
    expect(await resultOf('core.shell', { command: 'cat' })).toMatchObject({ stdout: '' });
  });

  it('need not read its input', async () => {
    expect(await resultOf('core.shell', { command: 'true', stdin: 'x'.repeat(1_000_000) })).toMatchObject({
      exit_code: 0,
    });
  });

  it('may write bytes that are no text', async () => {
    expect(await resultOf('core.shell', { command: "printf 'a\\377b'" })).toMatchObject({ stdout: 'a\uFFFDb' });
  });
});

describe('a command that fails', { timeout: 60_000 }, () => {
  it('fails with its exit code and the end of its outputs', async () => {
    const command = 'echo begun; echo "line one" >&2; echo "line two" >&2; exit 3';
    expect(await failureOf('core.shell', { command })).toEqual({
      kind: 'application',
      code: 'SHELL_EXIT',
      message: 'the command ended with exit code 3: line two',
      retryable: true,
      details: { exit_code: 3, signal: null, stdout: 'begun\n', stderr: 'line one\nline two\n' },
    });
  });

  it('keeps no more than the end of long outputs', async () => {
    const command = [node, '-e', 'process.stderr.write("x".repeat(100000) + "END", () => process.exit(1))'];
    const { details, message } = await failureOf('core.shell', { command });
    expect((details as { stderr: string }).stderr).toMatch(/^x{3997}END$/);
    expect(message.length).toBeLessThan(300);
  });

  it('tells the signal that ended it', async () => {
    expect(await failureOf('core.shell', { command: 'kill -9 $$' })).toMatchObject({
      code: 'SHELL_EXIT',
      message: 'the command was ended by SIGKILL',
      details: { exit_code: null, signal: 'SIGKILL' },
    });
  });

  it('tells a program that is not there, one that cannot be run and a directory that is not there', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'plain'), 'no program');
    const inputs = [
      { command: ['no-such-program', 'x'] },
      { command: [join(directory, 'plain')] },
      { command: 'true', cwd: join(directory, 'gone') },
      { command: ['true', 'x'.repeat(10_000_000)] },
    ];
    for (const input of inputs) {
      expect(await failureOf('core.shell', input)).toMatchObject({
        kind: 'application',
        code: 'SHELL_NOT_STARTED',
        message: expect.stringMatching(/^expected to start ("|the shell).* in \//) as string,
        retryable: false,
      });
    }
  });

  it('is stopped when it writes too much', async () => {
    for (const command of ['yes', 'yes >&2', 'trap "" TERM; yes']) {
      const failure = await failureOf('core.shell', { command, output_bytes_max: 100_000 });
      expect(failure).toMatchObject({
        code: 'SHELL_OUTPUT_TOO_LARGE',
        message: 'expected at most 100000 bytes of output, got more; the command was stopped',
        retryable: false,
      });
    }
    expect(await resultOf('core.shell', { command: 'printf 12345', output_bytes_max: 5 })).toMatchObject({
      stdout: '12345',
    });
  });
});

describe('a command that is aborted', { timeout: 60_000 }, () => {
  const reason = new DOMException('no answer within 1 ms', 'TimeoutError');
  const timeout = { kind: 'timeout', message: 'no answer within 1 ms', retryable: true };

  it('ends with all its descendants', async () => {
    const directory = await temporaryDirectory();
    const controller = new AbortController();
    const command = `sleep 300 & echo $! > child; sh -c 'sleep 300 & echo $! > grandchild; wait' & wait`;
    const outcome = failureOf('core.shell', { command, cwd: directory }, { signal: controller.signal });
    const pids = await Promise.all(
      ['child', 'grandchild'].map(async (name) => Number(await written(join(directory, name)))),
    );
    expect(pids.every(isAlive)).toBe(true);
    controller.abort(reason);
    expect(await outcome).toEqual(timeout);
    await vi.waitFor(() => expect(pids.some(isAlive)).toBe(false), 20_000);
  });

  it('ends also when it does not heed the request', async () => {
    const directory = await temporaryDirectory();
    const controller = new AbortController();
    const command = [
      node,
      '-e',
      'process.on("SIGTERM", () => undefined); require("fs").writeFileSync("pid", process.pid + "\\n"); setInterval(() => 0, 1e6)',
    ];
    const outcome = failureOf('core.shell', { command, cwd: directory }, { signal: controller.signal });
    const pid = Number(await written(join(directory, 'pid')));
    controller.abort(reason);
    expect(await outcome).toEqual(timeout);
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 20_000);
  });

  it('lets go of a descendant that left its group and holds its outputs', async () => {
    const directory = await temporaryDirectory();
    const controller = new AbortController();
    const escape = 'require("child_process").spawn("sleep", ["300"], { detached: true, stdio: "inherit" })';
    const command = [
      node,
      '-e',
      `require("fs").writeFileSync("pid", ${escape}.pid + "\\n"); setInterval(() => 0, 1e6)`,
    ];
    const outcome = failureOf('core.shell', { command, cwd: directory }, { signal: controller.signal });
    const pid = Number(await written(join(directory, 'pid')));
    controller.abort(reason);
    expect(await outcome).toEqual(timeout);
    process.kill(pid, 'SIGKILL');
  });

  it('lets go of such a descendant also when the command itself has ended long ago', async () => {
    const directory = await temporaryDirectory();
    const controller = new AbortController();
    const escape = 'require("child_process").spawn("sleep", ["300"], { detached: true, stdio: "inherit" })';
    const note = 'require("fs").writeFileSync("pids", process.pid + " " + child.pid + "\\n")';
    const command = [node, '-e', `const child = ${escape}; child.unref(); ${note}`];
    const outcome = failureOf('core.shell', { command, cwd: directory }, { signal: controller.signal });
    const [pid = 0, escaped = 0] = (await written(join(directory, 'pids'))).split(' ').map(Number);
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 20_000);
    controller.abort(reason);
    expect(await outcome).toEqual(timeout);
    process.kill(escaped, 'SIGKILL');
  });

  it('is not begun when it was aborted before', async () => {
    const directory = await temporaryDirectory();
    const outcome = await failureOf(
      'core.shell',
      { command: 'touch begun', cwd: directory },
      { signal: AbortSignal.abort(reason) },
    );
    expect(outcome).toEqual(timeout);
    await expect(readFile(join(directory, 'begun'))).rejects.toThrow('ENOENT');
  });

  it('keeps no listener on the signal once it has ended', async () => {
    const controller = new AbortController();
    const removed = vi.spyOn(controller.signal, 'removeEventListener');
    const added = vi.spyOn(controller.signal, 'addEventListener');
    await resultOf('core.shell', { command: 'true' }, { signal: controller.signal });
    expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
    expect(added).toHaveBeenCalled();
  });
});

describe('an input', () => {
  it.each([
    [{}, 'expected input.command to be a command line, or a list of a program and its arguments, got nothing'],
    [{ command: ' ' }, 'expected input.command to be a command line'],
    [{ command: [] }, 'expected input.command to be a command line'],
    [{ command: ['', 'x'] }, 'expected input.command to be a command line'],
    [{ command: ['a', {}] }, 'expected input.command[1] to be text, a number or a boolean, got a map'],
    [{ command: 'echo a\0b' }, 'expected input.command to be text without NUL characters'],
    [{ command: ['echo', 'a\0b'] }, 'expected input.command[1] to be text without NUL characters'],
    [{ command: 'true', env: { 'A=B': 'x' } }, 'expected input.env to name environment variables, got "A=B"'],
    [{ command: 'true', env: { '': 'x' } }, 'expected input.env to name environment variables, got ""'],
    [{ command: 'true', env: { A: 'a\0b' } }, 'expected input.env.A to be text without NUL characters'],
    [{ command: 'true', env: { A: null } }, 'expected input.env.A to be text, a number or a boolean, got null'],
    [{ command: 'true', cwd: '' }, 'expected input.cwd to be the path of a file, got the text ""'],
    [{ command: 'true', stdin: 1 }, 'expected input.stdin to be text, got the number 1'],
    [{ comand: 'true' }, 'got "comand"; did you mean "command"?'],
  ])('that is wrong is refused: %j', async (input, message) => {
    const failure = await failureOf('core.shell', input);
    expect(failure).toMatchObject({ code: 'INPUT_INVALID', retryable: false });
    expect(failure.message).toContain(message);
  });

  it('names a directory through a link', async () => {
    const directory = await temporaryDirectory();
    await mkdir(join(directory, 'real'));
    await symlink(join(directory, 'real'), join(directory, 'link'));
    expect(await resultOf('core.shell', { command: 'pwd -P', cwd: join(directory, 'link') })).toMatchObject({
      stdout: `${join(directory, 'real')}\n`,
    });
  });
});
