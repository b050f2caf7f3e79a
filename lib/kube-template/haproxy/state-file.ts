import * as fs from 'node:fs';
import * as path from 'node:path';
import { sameAddress } from './address';
import { Config, Server } from './parse';
import { ServerState, STATE_HEADER } from './server-state';
import { makeFolder } from '../files';

/**
 * The server-state file for the next worker. Without it HAProxy counts every server as UP until its first check.
 *
 * A checked server starts DOWN, unless the running worker knows it at the same address: then with what its checks said.
 *
 * @param running the servers of the running worker; none when the next worker may start at any later time
 * @param failClosed whether the servers that the running worker does not know start DOWN; else they are left out
 */
export function stateFile(config: Config, running: readonly ServerState[], failClosed: boolean): string {
  const known = new Map(running.map((state) => [state.key, state]));
  const lines = [...STATE_HEADER];
  for (const server of config.servers.values()) {
    if (!server.checked) continue;
    const state = known.get(server.key);
    const same = state !== undefined && server.address.numeric && sameAddress(state.address, server.address);
    if (same || failClosed) lines.push(stateLine(server, same && state.up ? state.check : undefined));
  }
  return lines.join('\n') + '\n';
}

/**
 * Entries match by names. All but the result of the check comes from the configuration: HAProxy would prefer a port, a
 * maintenance or the absence of TLS from this file to its configuration.
 *
 * @param check the result when the server is UP
 */
function stateLine({ key, address, weight, ssl }: Server, check: ServerState['check'] | undefined): string {
  const [backend, name] = [key.slice(0, key.indexOf('/')), key.slice(key.indexOf('/') + 1)];
  // HAProxy looks at ids only where names are unknown; 0 is nobody's.
  const [beId, serverId] = [0, 0];
  const [status, result, health] = check ?? ['2', '2', '0'];
  return [
    beId, backend, serverId, name, address.numeric ? address.host : '-',
    check ? 2 : 0, 0, weight, weight, 0, status, result, health, 6, 0, 0, 0, '-', address.port ?? 0, '-', ssl ? 1 : 0, 0, '-', '-', 0,
  ].join(' ');
}

/** Replaces the server-state file at once, unless it has this content. */
export function writeStateFile(file: string, content: string): void {
  const current = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
  if (current === content) return;
  makeFolder(path.dirname(path.resolve(file)));
  const staged = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(staged, content, { mode: 0o644 });
  fs.renameSync(staged, file);
}
