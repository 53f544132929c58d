// What a peer may use while it runs: a folder, and the servers it asked for; all of it is gone after `close`.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedisServer } from './redis-server.mjs';

export async function openPlace(services) {
  const folder = await mkdtemp(join(tmpdir(), 'weftline-peers-'));
  const undo = [() => rm(folder, { recursive: true, force: true })];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const place = { folder, close };
    if (services.includes('redis')) {
      const redis = await startRedisServer(folder);
      undo.push(redis.stop);
      Object.assign(place, { redisPort: redis.port, serverPid: redis.pid });
    }
    if (services.includes('postgres')) {
      // Loaded here, because it takes a driver that has to be installed, and most need none.
      const { createPostgresDatabase } = await import('./postgres-database.mjs');
      const database = await createPostgresDatabase();
      undo.push(database.drop);
      Object.assign(place, { postgresUrl: database.url });
    }
    return place;
  } catch (error) {
    await close();
    throw error;
  }
}
