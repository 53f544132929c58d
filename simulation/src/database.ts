import { join } from 'node:path';
import type { Store } from '@weftline/persistence';
import { segmentFileStore } from '@weftline/persistence/segment-file-store';
import { simulatedDirectory, SimulatedFileSystem } from '@weftline/persistence/simulated-file-system';
import { fencedHistory, type FencedHistory } from './fenced-history.ts';
import type { World } from './world.ts';

const segmentBytesMax = 16 * 1024;

/**
 * The shared store of a run: a server over one disk. Its server can crash with the power, when the disk keeps what was synced and
 * any part of what was not, or of a disk that fails; then it is opened anew over what is there.
 */
export class Database {
  /** What was taken, in order, for checks after the fact. */
  readonly history: FencedHistory;
  readonly #world: World;
  readonly #leaseMs: number;
  #disk = new SimulatedFileSystem();
  #store: Store | undefined;
  /** Counts the lives of the server: what began in one is not answered in the next. */
  #life = 1;
  #faultIn = 0;

  constructor(world: World, leaseMs: number) {
    this.#world = world;
    this.#leaseMs = leaseMs;
    this.history = fencedHistory();
    this.#start();
  }

  get life(): number {
    return this.#life;
  }

  /** Undefined while the server is down. */
  get store(): Store | undefined {
    return this.#store;
  }

  /** The power goes; the server is back after `downMs`. */
  cutPower(downMs: number): void {
    const { random } = this.#world;
    const kept = random.fraction();
    this.#stop(
      this.#disk.afterPowerCut(() => random.chance(kept)),
      downMs,
    );
  }

  /** The process of the server dies; the system keeps what was written. */
  killServer(downMs: number): void {
    this.#stop(this.#disk.afterKill(), downMs);
  }

  /** One of the next writes or syncs fails, and with it the server, which is then restarted. */
  failDiskSoon(code: 'EIO' | 'ENOSPC'): void {
    this.#faultIn = this.#world.random.integer(1, 4);
    this.#disk.fault = ({ name }) => {
      if (name !== 'write' && name !== 'sync') return undefined;
      this.#faultIn -= 1;
      if (this.#faultIn !== 0) return undefined;
      this.#disk.fault = () => undefined;
      this.#world.schedule(0, () => this.killServer(this.#world.random.integer(10, 2_000)));
      return { code, half: this.#world.random.chance(0.5) };
    };
  }

  /** A fault that has not come yet never will. */
  mendDisk(): void {
    this.#disk.fault = () => undefined;
  }

  #stop(disk: SimulatedFileSystem, downMs: number): void {
    if (this.#store === undefined) return;
    this.#store = undefined;
    this.#life += 1;
    this.#disk.fault = () => ({ code: 'EIO' });
    // The lock names this very process, which is alive, so nobody would take it over.
    disk.forget(join(simulatedDirectory, 'lock'));
    this.#disk = disk;
    this.#world.schedule(downMs, () => this.#start());
  }

  #start(): void {
    const opened = segmentFileStore({
      ...{ directory: simulatedDirectory, segmentBytesMax, fileSystem: this.#disk },
      ...{ leaseMs: this.#leaseMs, nowMs: () => this.#world.nowMs() },
      // The laws are checked over the whole journal.
      compacts: false,
    });
    this.#store = this.history.watch(opened);
  }
}
