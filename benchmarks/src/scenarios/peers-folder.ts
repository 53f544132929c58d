import { existsSync } from 'node:fs';

const peersFolder = findPeersFolder(new URL('.', import.meta.url));

/** Built, this module lies in another folder than its source does. */
function findPeersFolder(from: URL): URL {
  const candidate = new URL('peers/', from);
  if (existsSync(new URL('package.json', candidate))) return candidate;
  const parent = new URL('..', from);
  if (parent.href === from.href) throw new Error('expected a folder benchmarks/peers above this module');
  return findPeersFolder(parent);
}

/** What is in `benchmarks/peers` is installed on demand and no part of this program, so it is loaded by its place. */
export function loadFromPeers<Module>(path: string): Promise<Module> {
  return import(new URL(path, peersFolder).href) as Promise<Module>;
}
