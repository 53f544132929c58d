// A Redis of our own on loopback, as BullMQ's documents advise: append-only file synced every second, nothing evicted.
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { startServerProcess } from './server-process.mjs';

export function redisUnavailable() {
  const { error } = spawnSync('redis-server', ['--version']);
  return error === undefined ? undefined : 'there is no redis-server on the PATH';
}

export async function startRedisServer(folder) {
  const port = await freePort();
  const durability = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''];
  const server = await startServerProcess(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--maxmemory-policy', 'noeviction', ...durability],
    { ready: (line) => (line.includes('Ready to accept connections') ? true : undefined) },
  );
  return { port, pid: server.pid, stop: server.stop };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
