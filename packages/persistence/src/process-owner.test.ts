import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { isOwnerAlive, processOwner } from './process-owner.ts';

const onLinux = process.platform === 'linux';

describe('processOwner', () => {
  it('names host and pid, with an id of its own on every call', () => {
    const [first, second] = [processOwner(), processOwner()];
    expect(first).toMatchObject({ host: hostname(), pid: process.pid });
    expect(first.id).not.toBe(second.id);
    expect(first.id.length).toBeLessThanOrEqual(512);
  });
});

describe('isOwnerAlive', () => {
  it('sees itself', () => {
    expect(isOwnerAlive(processOwner())).toBe(true);
  });

  it('sees that a process has ended', () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    expect(isOwnerAlive({ id: 'plain', host: hostname(), pid })).toBe(false);
    expect(isOwnerAlive({ ...processOwner(), pid })).toBe(false);
  });

  it('sees a process that runs, and that it was killed', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1_000)']);
    const owner = { id: 'plain', host: hostname(), pid: child.pid ?? 0 };
    expect(isOwnerAlive(owner)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isOwnerAlive(owner)).toBe(false);
  });

  it.runIf(onLinux)('does not take another process with the same pid for it', () => {
    const owner = processOwner();
    expect(isOwnerAlive({ ...owner, id: owner.id.replace(/\d+$/, '1') })).toBe(false);
    expect(isOwnerAlive({ ...owner, pid: process.ppid })).toBe(false);
  });

  it('does not know about other hosts, other containers and former starts of this host', () => {
    const owner = processOwner();
    expect(isOwnerAlive({ ...owner, host: 'elsewhere.invalid' })).toBe('unknown');
    if (!onLinux) return;
    expect(isOwnerAlive({ ...owner, id: owner.id.replace(/\/\d+\/(\d+)$/, '/7/$1') })).toBe('unknown');
    const otherBoot = owner.id.replace(/@[^/]+/, '@00000000-0000-4000-8000-000000000000');
    expect(isOwnerAlive({ ...owner, id: otherBoot })).toBe('unknown');
  });

  it('never asks about a process group', () => {
    expect(isOwnerAlive({ id: 'plain', host: hostname(), pid: 0 })).toBe(false);
    expect(isOwnerAlive({ id: 'plain', host: hostname(), pid: -1 })).toBe(false);
  });

  it('goes by the pid alone when the id does not tell the start', () => {
    for (const id of ['', 'plain', '@', '@x/y/z', 'a@b']) {
      expect(isOwnerAlive({ id, host: hostname(), pid: process.pid })).toBe(true);
    }
  });
});
