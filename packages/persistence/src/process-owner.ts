import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Owner } from './store.ts';

/*
 * An owner's id is `<random>@<birth>`. The birth names the start of a process so exactly that no other process can
 * be taken for it: the boot of the machine, the pid namespace (a container has its own) and the tick at which the
 * process began. Where the system does not tell, as outside of Linux, the birth is left out and the pid alone counts.
 */

/** Describes this process as a new owner; every call gives another id, so that two engines in one process differ. */
export function processOwner(): Owner {
  const birth = birthOfThis();
  const id = birth === undefined ? randomUUID() : `${randomUUID()}@${formatBirth(birth)}`;
  return { id, host: hostname(), pid: process.pid };
}

/**
 * Whether the process that called itself `owner` still runs. It is `unknown` on another host, in another container
 * of this host, and after this host has been restarted, because two machines may bear one name.
 */
export function isOwnerAlive(owner: Owner): boolean | 'unknown' {
  if (owner.host !== hostname()) return 'unknown';
  const birth = parseBirth(owner.id);
  const own = birth && birthOfThis();
  if (birth === undefined || own === undefined) return isPidInUse(owner.pid);
  if (birth.boot !== own.boot || birth.namespace !== own.namespace) return 'unknown';
  const found = statOf(owner.pid);
  // A stat that cannot be read may belong to a process of another user.
  if (found === undefined) return isPidInUse(owner.pid);
  return found.state !== 'Z' && found.startTicks === birth.startTicks;
}

interface Birth {
  readonly boot: string;
  readonly namespace: string;
  readonly startTicks: string;
}

function formatBirth(birth: Birth): string {
  return `${birth.boot}/${birth.namespace}/${birth.startTicks}`;
}

function parseBirth(id: string): Birth | undefined {
  const [, boot, namespace, startTicks] = /@([0-9a-f-]{36})\/(\d+)\/(\d+)$/.exec(id) ?? [];
  if (boot === undefined || namespace === undefined || startTicks === undefined) return undefined;
  return { boot, namespace, startTicks };
}

function birthOfThis(): Birth | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const [namespace] = /\d+/.exec(readlinkSync('/proc/self/ns/pid')) ?? [];
    const startTicks = statOf('self')?.startTicks;
    if (namespace === undefined || startTicks === undefined) return undefined;
    return { boot, namespace, startTicks };
  } catch {
    // This platform has no such files; the pid alone has to do.
    return undefined;
  }
}

function statOf(pid: number | 'self'): { readonly state: string; readonly startTicks: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name of the program, in brackets, and may hold anything; the start is the 22nd.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTicks] = [fields[0], fields[19]];
    return state === undefined || startTicks === undefined ? undefined : { state, startTicks };
  } catch {
    // No such process, or not ours to look at; the caller asks in another way.
    return undefined;
  }
}

function isPidInUse(pid: number): boolean {
  try {
    // A pid of 0 would ask about the own process group.
    return pid > 0 && process.kill(pid, 0);
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}
