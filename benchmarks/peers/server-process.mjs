// A server program that the benchmark starts on loopback and ends by its process id, whatever happens to the benchmark.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const startMsMax = 30_000;
const stopMsMax = 10_000;

/** Answers when `ready` has answered something other than undefined to a line that the program printed. */
export async function startServerProcess(program, args, { env = {}, ready }) {
  const server = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise((resolve) => server.once('close', resolve));
  async function stop() {
    server.kill('SIGTERM');
    const timer = setTimeout(kill, stopMsMax);
    await ended;
    clearTimeout(timer);
    process.off('exit', kill);
  }
  try {
    return { pid: server.pid, found: await readiness(server, ready), stop };
  } catch (error) {
    if (server.pid !== undefined) await stop();
    throw new Error(`${program}: ${error.message}`, { cause: error });
  }
}

function readiness(server, ready) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready after ${startMsMax} ms`)), startMsMax);
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`ended at its start with ${code}`)));
    // Lines are read to the end: a full pipe would hold the server up.
    createInterface({ input: server.stdout }).on('line', (line) => {
      const found = ready(line);
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    });
  });
}
