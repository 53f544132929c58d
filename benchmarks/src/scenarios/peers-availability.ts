import type { Peer } from './peer.ts';
import { loadFromPeers } from './peers-folder.ts';

/** Why a peer cannot run here, for the report; undefined when it can. Installs what it needs. */
export async function whyUnavailable(peer: Peer): Promise<string | undefined> {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (peer.node !== undefined && major < peer.node.min)
    return `it does not run on Node ${process.versions.node}: ${peer.node.why}`;
  const { installPeers } = await loadFromPeers<{ installPeers: () => string | undefined }>('install.mjs');
  return installPeers() ?? (await whyServicesMissing(peer)) ?? (await whyNotLoaded(peer));
}

async function whyServicesMissing({ services = [] }: Peer): Promise<string | undefined> {
  if (services.includes('redis')) {
    const { redisUnavailable } = await loadFromPeers<{ redisUnavailable: () => string | undefined }>(
      'redis-server.mjs',
    );
    return redisUnavailable();
  }
  if (!services.includes('postgres')) return undefined;
  const { postgresUnavailable } = await loadFromPeers<{ postgresUnavailable: () => Promise<string | undefined> }>(
    'postgres-database.mjs',
  );
  return postgresUnavailable();
}

async function whyNotLoaded({ adapter }: Peer): Promise<string | undefined> {
  if (adapter === undefined) return undefined;
  try {
    await loadFromPeers(`adapters/${adapter}.mjs`);
    return undefined;
  } catch (error) {
    return `it does not load on Node ${process.versions.node}: ${String(error)}`;
  }
}
