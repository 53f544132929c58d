// A single-node Restate server of our own on loopback, on ports it chooses itself, with its data in a folder of ours.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { startServerProcess } from './server-process.mjs';

const registerMsMax = 30_000;

export async function startRestateServer(folder) {
  const options = ['--no-logo', '--log-format', 'json', '--log-filter', 'warn,restate=info'];
  const network = ['--listen-mode', 'tcp', '--bind-ip', '127.0.0.1', '--use-random-ports', 'true'];
  const server = await startServerProcess(
    restateProgram(),
    [...options, ...network, '--base-dir', join(folder, 'restate')],
    { env: { RESTATE_DISABLE_TELEMETRY: 'true', DO_NOT_TRACK: '1' }, ready: portsReader() },
  );
  const { ingress, admin } = server.found;
  return {
    pid: server.pid,
    ingressUrl: `http://127.0.0.1:${ingress}`,
    register: (uri) => register(`http://127.0.0.1:${admin}`, uri),
    stop: server.stop,
  };
}

/** The binary itself, as its package for this platform ships it: the package in between brings an install-time reporter. */
function restateProgram() {
  const wrapper = createRequire(import.meta.url).resolve('@restatedev/restate-server/package.json');
  const platform = `@restatedev/restate-server-${process.platform}-${process.arch}/package.json`;
  return join(createRequire(wrapper).resolve(platform), '../bin/restate-server');
}

/** The server tells in its log where it listens. */
function portsReader() {
  const ports = {};
  return (line) => {
    const { span } = JSON.parse(line);
    if (span?.server_name === 'http-ingress-server') ports.ingress ??= span['server.port'];
    if (span?.server_name === 'admin-api-server') ports.admin ??= span['server.port'];
    return ports.ingress === undefined || ports.admin === undefined ? undefined : ports;
  };
}

/** Partitions elect their leaders while the admin port is open already, so the first answers may be refusals. */
async function register(adminUrl, uri) {
  const until = Date.now() + registerMsMax;
  for (;;) {
    const said = await post(`${adminUrl}/deployments`, { uri });
    if (said === undefined) return;
    if (Date.now() > until) throw new Error(`the Restate server did not take the service: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function post(url, body) {
  try {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    return answer.ok ? undefined : `${answer.status} ${await answer.text()}`;
  } catch (error) {
    return error.message;
  }
}
