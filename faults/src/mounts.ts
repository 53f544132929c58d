import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import type { Resources } from './resources.ts';

/** Makes a file with an empty file system in it. */
export function newImage(path: string, megabytes: number): void {
  command('truncate', ['-s', `${megabytes}M`, path]);
  command('mkfs.ext4', ['-q', '-F', '-E', 'nodiscard', path]);
}

/** What the device holds at this moment; nothing that only the memory of the system knows. */
export function copyImage(path: string, copy: string): void {
  command('cp', ['--sparse=always', path, copy]);
}

/** Mounts an image by way of a loop device, which is let go together with it; answers how to unmount. */
export function mountImage(resources: Resources, image: string, directory: string): () => void {
  return mount(resources, ['-o', 'loop', image], directory);
}

/** Mounts a file system in memory of the size, such as `64k`; answers how to unmount. */
export function mountMemory(resources: Resources, directory: string, size: string): () => void {
  return mount(resources, ['-t', 'tmpfs', '-o', `size=${size}`, 'none'], directory);
}

/** Gives a file system in memory another size. */
export function resizeMemory(directory: string, size: string): void {
  command('mount', ['-o', `remount,size=${size}`, directory]);
}

function mount(resources: Resources, words: readonly string[], directory: string): () => void {
  mkdirSync(directory, { recursive: true });
  command('mount', [...words, directory]);
  // Lazily, because whoever still uses it is about to end.
  return resources.add(() => command('umount', ['-l', directory]));
}

function command(file: string, words: readonly string[]): void {
  const { status, stderr, error } = spawnSync(file, words, { encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${file} ${words.join(' ')}: ${stderr.trim()}`);
}
