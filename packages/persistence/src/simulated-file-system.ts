import { basename, dirname, join } from 'node:path';
import type { FileIdentity, FileSystem, OpenFile } from './segment-file-store.ts';

export interface SystemCall {
  /** From 1, over all calls. */
  readonly number: number;
  readonly name: keyof FileSystem | keyof OpenFile;
  readonly path: string;
}

/** What a call that fails fails with; a write may have taken the first half of its bytes. */
export type SystemFault = (call: SystemCall) => { readonly code: string; readonly half?: boolean } | undefined;

interface Node {
  readonly file: bigint;
  content: Buffer;
  touchedAtMs: number;
  /** What is on the medium. */
  durable: Buffer;
  /** Sectors that the system knows it has to write. A failed sync forgets them, as systems do. */
  readonly dirty: Set<number>;
}

const sectorBytes = 64;

/**
 * Files in memory that know what a power cut would leave: a file's bytes reach the medium by its own sync, its name by the
 * sync of its directory, and whatever has been written without a sync may be there in part.
 */
export class SimulatedFileSystem implements FileSystem {
  fault: SystemFault = () => undefined;
  readonly calls: SystemCall[] = [];
  readonly #directories = new Set<string>();
  readonly #names = new Map<string, Node>();
  readonly #durableNames = new Map<string, Node>();
  #files = 0n;

  /** What the next process finds after this one was killed: every write, synced or not. */
  afterKill(): SimulatedFileSystem {
    return this.#copy(this.#names, (node) => ({ ...node, dirty: new Set(node.dirty) }));
  }

  /** What is found after a power cut; `survives` decides for every unsynced sector whether it was written. */
  afterPowerCut(survives: (sector: number) => boolean = () => false): SimulatedFileSystem {
    return this.#copy(this.#durableNames, (node) => {
      const content = Buffer.from(node.durable);
      const kept = [...node.dirty].filter(survives);
      const end = Math.max(content.length, ...kept.map((sector) => (sector + 1) * sectorBytes));
      const grown = Buffer.alloc(Math.min(Math.max(node.content.length, content.length), end));
      content.copy(grown);
      for (const sector of kept) copySector(node.content, grown, sector);
      return { ...node, content: grown, durable: Buffer.from(grown), dirty: new Set() };
    });
  }

  contentOf(path: string): Buffer | undefined {
    const node = this.#names.get(path);
    return node && Buffer.from(node.content);
  }

  /** Changes a file behind everybody's back, durably. */
  replaceContent(path: string, content: Buffer): void {
    const node = this.#names.get(path) ?? this.#createNode();
    node.content = Buffer.from(content);
    node.durable = Buffer.from(content);
    this.#names.set(path, node);
    this.#durableNames.set(path, node);
  }

  forget(path: string): void {
    this.#names.delete(path);
    this.#durableNames.delete(path);
  }

  async createDirectory(path: string): Promise<void> {
    this.#call('createDirectory', path);
    this.#directories.add(path);
  }

  async list(directory: string): Promise<readonly string[]> {
    this.#call('list', directory);
    return [...this.#names.keys()].filter((path) => dirname(path) === directory).map((path) => basename(path));
  }

  async open(path: string, mode: 'create' | 'read' | 'write'): Promise<OpenFile> {
    this.#call('open', path);
    const found = this.#names.get(path);
    if (mode !== 'create') return new SimulatedFile(this, path, found ?? fail('ENOENT', path));
    if (found !== undefined) throw systemError('EEXIST', path);
    const node = this.#createNode();
    this.#names.set(path, node);
    return new SimulatedFile(this, path, node);
  }

  async link(path: string, secondPath: string): Promise<void> {
    this.#call('link', path);
    if (this.#names.has(secondPath)) throw systemError('EEXIST', secondPath);
    this.#names.set(secondPath, this.#names.get(path) ?? fail('ENOENT', path));
  }

  async rename(path: string, newPath: string): Promise<void> {
    this.#call('rename', path);
    this.#names.set(newPath, this.#names.get(path) ?? fail('ENOENT', path));
    this.#names.delete(path);
  }

  async remove(path: string): Promise<void> {
    this.#call('remove', path);
    if (!this.#names.delete(path)) throw systemError('ENOENT', path);
  }

  async look(path: string): Promise<FileIdentity | undefined> {
    this.#call('look', path);
    const node = this.#names.get(path);
    return node && { file: node.file, touchedAtMs: node.touchedAtMs };
  }

  async touch(path: string, timeMs: number): Promise<void> {
    this.#call('touch', path);
    (this.#names.get(path) ?? fail('ENOENT', path)).touchedAtMs = timeMs;
  }

  async syncDirectory(directory: string): Promise<void> {
    this.#call('syncDirectory', directory);
    const isInside = ([path]: [string, Node]): boolean => dirname(path) === directory;
    for (const [path] of [...this.#durableNames].filter(isInside)) this.#durableNames.delete(path);
    for (const [path, node] of [...this.#names].filter(isInside)) this.#durableNames.set(path, node);
  }

  /** Throws what the plan says, once per call; the answer tells whether half of a write is done. */
  meet(name: SystemCall['name'], path: string, half: () => void = () => undefined): void {
    const call = { number: this.calls.length + 1, name, path };
    this.calls.push(call);
    const fault = this.fault(call);
    if (fault === undefined) return;
    if (fault.half === true) half();
    throw systemError(fault.code, path);
  }

  #call(name: keyof FileSystem, path: string): void {
    this.meet(name, path);
  }

  #createNode(): Node {
    const file = ++this.#files;
    return { file, content: Buffer.alloc(0), touchedAtMs: 0, durable: Buffer.alloc(0), dirty: new Set() };
  }

  #copy(names: ReadonlyMap<string, Node>, copy: (node: Node) => Node): SimulatedFileSystem {
    const next = new SimulatedFileSystem();
    const copies = new Map<Node, Node>();
    for (const node of new Set([...this.#names.values(), ...this.#durableNames.values()])) copies.set(node, copy(node));
    for (const [path, node] of names) next.#names.set(path, copies.get(node) ?? node);
    for (const [path, node] of this.#durableNames) next.#durableNames.set(path, copies.get(node) ?? node);
    for (const directory of this.#directories) next.#directories.add(directory);
    next.#files = this.#files;
    return next;
  }
}

class SimulatedFile implements OpenFile {
  readonly #system: SimulatedFileSystem;
  readonly #path: string;
  readonly #node: Node;

  constructor(system: SimulatedFileSystem, path: string, node: Node) {
    this.#system = system;
    this.#path = path;
    this.#node = node;
  }

  async size(): Promise<number> {
    this.#system.meet('size', this.#path);
    return this.#node.content.length;
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    this.#system.meet('read', this.#path);
    return this.#node.content.copy(target, 0, position, position + target.length);
  }

  /** Takes at most 4,096 bytes at a time, as a system may. */
  async write(source: Uint8Array, position: number): Promise<number> {
    const taken = source.subarray(0, 4_096);
    this.#system.meet('write', this.#path, () => this.#put(taken.subarray(0, taken.length >> 1), position));
    this.#put(taken, position);
    return taken.length;
  }

  async truncate(size: number): Promise<void> {
    this.#system.meet('truncate', this.#path);
    const node = this.#node;
    const resized = Buffer.alloc(size);
    node.content.copy(resized);
    node.content = resized;
    for (const sector of node.dirty) if (sector * sectorBytes >= size) node.dirty.delete(sector);
    if (size > 0) node.dirty.add(Math.floor((size - 1) / sectorBytes));
  }

  async sync(): Promise<void> {
    const node = this.#node;
    try {
      this.#system.meet('sync', this.#path);
    } catch (cause) {
      node.dirty.clear();
      throw cause;
    }
    const durable = Buffer.alloc(node.content.length);
    node.durable.copy(durable);
    for (const sector of node.dirty) copySector(node.content, durable, sector);
    node.durable = durable;
    node.dirty.clear();
  }

  async close(): Promise<void> {
    this.#system.meet('close', this.#path);
  }

  #put(bytes: Uint8Array, position: number): void {
    const node = this.#node;
    if (position + bytes.length > node.content.length) {
      const grown = Buffer.alloc(position + bytes.length);
      node.content.copy(grown);
      node.content = grown;
    }
    node.content.set(bytes, position);
    const end = Math.ceil((position + bytes.length) / sectorBytes);
    for (let sector = Math.floor(position / sectorBytes); sector < end; sector++) node.dirty.add(sector);
  }
}

function copySector(from: Buffer, to: Buffer, sector: number): void {
  from.copy(to, sector * sectorBytes, sector * sectorBytes, (sector + 1) * sectorBytes);
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: simulated, ${path}`), { code });
}

function fail(code: string, path: string): never {
  throw systemError(code, path);
}

export const simulatedDirectory: string = join('/', 'simulated', 'store');
