/** Takes one protection away from the manifests of an installation, so that the suite can show that it would notice. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import { Manifest } from './installation';
import { SEPARATE, SIDECAR, VOLUME } from './setups';

export interface Sabotage {
  readonly name: string;
  /** What is taken away. */
  readonly removes: string;
  /** The scenario that fails without it, and where. */
  readonly scenario: string;
  readonly setup: string;
  readonly alter: (manifests: Manifest[]) => void | Promise<void>;
  /** Only once it is installed and ready: it would not come up without the protection. */
  readonly afterwards?: boolean;
}

type Edit = readonly [from: string | RegExp, to: string];

/** Edits a text; an edit that finds nothing would prove nothing. */
function edited(text: string, where: string, edits: readonly Edit[]): string {
  return edits.reduce((before, [from, to]) => {
    const after = before.replaceAll(typeof from === 'string' ? from : new RegExp(from.source, 'gm'), to);
    if (after === before) throw new Error(`${where} has no ${from}`);
    return after;
  }, text);
}

/** Edits a file of the ConfigMaps. */
function file(name: string, ...edits: Edit[]): Sabotage['alter'] {
  return (manifests) => {
    const maps = manifests.filter(({ kind, data }) => kind === 'ConfigMap' && data?.[name] !== undefined);
    if (maps.length === 0) throw new Error(`no ConfigMap has ${name}`);
    for (const { data } of maps) data[name] = edited(data[name], name, edits);
  };
}

/** Edits a source of the agent. */
function agent(source: string, ...edits: Edit[]): Sabotage['alter'] {
  return async (manifests) => {
    const path = resolve(__dirname, '../lib/agent', source);
    const { outputFiles } = await build({
      entryPoints: [resolve(__dirname, '../lib/agent/main.ts')],
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node20',
      write: false,
      charset: 'ascii',
      plugins: [{
        name: 'sabotage',
        setup({ onLoad }) {
          const sabotaged = edited(readFileSync(path, 'utf8'), source, edits);
          onLoad({ filter: new RegExp(`/lib/agent/${source}$`) }, () => ({ contents: sabotaged, loader: 'ts' }));
        },
      }],
    });
    for (const { kind, data } of manifests) if (kind === 'ConfigMap' && data?.['agent.js']) data['agent.js'] = outputFiles[0].text;
  };
}

export const SABOTAGES: readonly Sabotage[] = [
  {
    name: 'strict-consensus',
    removes: 'HAProxy routes writes to any server that says master',
    scenario: 'cut-off-master-and-replica',
    setup: SEPARATE,
    alter: file(
      'haproxy.cfg',
      [/^(.* status 200 if \{ path \/ \} asks_\d+ master_\d+ master_stands_\d+ master_known_\d+) .*$/, '$1'],
      // one backend of all servers
      [/^    use_backend master_.*$/, ''],
      ['default_backend refused', 'default_backend anybody'],
      ['\n\nbackend master_0', '\n\nbackend anybody'],
      [/^backend master_\d+\n    no log\n.*\n    retries 0\n    timeout check \d+ms\n    option httpchk GET \/\n    http-check expect status 200\n/, ''],
    ),
  },
  {
    name: 'session-cut',
    removes: 'HAProxy leaves sessions open when their server is no longer the master',
    scenario: 'cut-off-master-and-replica',
    setup: SEPARATE,
    alter: file('haproxy.cfg', [' on-marked-down shutdown-sessions', '']),
  },
  {
    name: 'majority-check',
    removes: 'HAProxy believes a single Sentinel',
    scenario: 'cut-off-master-node',
    setup: SIDECAR,
    alter: file('haproxy.cfg', [/nbsrv\((sen_\d+)\) ge \d+/, 'nbsrv($1) ge 1']),
  },
  {
    name: 'offset-check',
    removes: 'the hand-over does not wait until the replicas have every write',
    scenario: 'lagging-replicas',
    setup: SIDECAR,
    alter: agent('act/caught-up.ts', [/^ *const ready = following\.filter\(.*$/, 'const ready = following;']),
  },
  {
    name: 'standby-boot',
    removes: 'a server starts as a master',
    scenario: 'kill-master-and-agent',
    setup: SIDECAR,
    alter: file('redis.conf', ['replicaof 127.0.0.1 1', '']),
    afterwards: true,
  },
  {
    name: 'replica-priority',
    removes: 'a replica that never was in sync can be elected',
    scenario: 'blank-replicas',
    setup: VOLUME,
    alter: file('redis.conf', ['replica-priority 0', 'replica-priority 100']),
  },
  {
    name: 'fixed-identity',
    removes: 'a Sentinel has a new identity and a new address after each start',
    scenario: 'move-sentinel',
    setup: SEPARATE,
    alter: file('start-sentinel.sh', [/^.*sentinel announce-ip.*$/, ':'], [/^.*sentinel myid.*$/, ':']),
  },
  {
    name: 'min-replicas',
    removes: 'a master without replicas goes on taking writes',
    scenario: 'cut-off-master',
    setup: SIDECAR,
    alter: async (manifests) => {
      await file('redis.conf', [/^min-replicas-to-write .*$/, 'min-replicas-to-write 0'])(manifests);
      // which agents give to servers that run
      await file('members.json', [/"minReplicasToWrite":\s*\d+/, '"minReplicasToWrite":0'])(manifests);
    },
  },
];
