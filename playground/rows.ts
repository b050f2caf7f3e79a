import * as fs from 'node:fs';
import type { Row } from './screen';
import { Container, Look, portOf, Stack } from './stack';

const KINDS: { readonly [container: string]: Row['kind'] } = {
  'server': 'server', 'agent': 'agent', 'sentinel': 'Sentinel', 'proxy': 'HAProxy', 'kube-template': 'kube-template',
};
const ORDER = Object.keys(KINDS);
const PORTS: { readonly [container: string]: string } = { 'server': 'redis', 'sentinel': 'sentinel', 'proxy': 'redis', 'kube-template': 'templates' };

/** What was done to containers and pods. */
export interface Hurt {
  readonly stalled: ReadonlySet<Container>;
  readonly cut: ReadonlySet<string>;
}

/** Containers in the order of the screen. */
export function ordered(stack: Stack): Container[] {
  return ORDER.flatMap((name) => stack.containers.filter((container) => container.name === name));
}

/** A row for each container of {@link ordered}. */
export async function rowsOf(stack: Stack, look: Look, { stalled, cut }: Hurt): Promise<Row[]> {
  const numbers = new Map<string, number>();
  return Promise.all(ordered(stack).map(async (container) => {
    const ordinal = numbers.get(container.name) ?? 0;
    numbers.set(container.name, ordinal + 1);
    const state = !container.running ? 'ended' : stalled.has(container) ? 'stalled' : 'runs';
    return {
      kind: KINDS[container.name],
      ordinal,
      address: address(stack, container, ordinal),
      state,
      cut: cut.has(container.pod.name),
      says: state === 'runs' ? await says(container, ordinal, look) : '',
      master: container.name === 'server' && look.servers[ordinal].role === 'master',
    };
  }));
}

/** Where others find it: servers and Sentinels at their Services, whose addresses they announce. */
function address(stack: Stack, { name, pod }: Container, ordinal: number): string {
  if (name === 'agent') return '';
  const { redis } = stack;
  const host = name === 'server' ? redis.announceServices[ordinal].name : name === 'sentinel' ? redis.sentinelHosts[ordinal].split(':')[0] : undefined;
  return `${host === undefined ? pod.address : stack.serviceAddress(host.split('.')[0])}:${portOf(pod, PORTS[name])}`;
}

async function says(container: Container, ordinal: number, look: Look): Promise<string> {
  switch (container.name) {
    case 'server': return serverSays(look, ordinal);
    case 'sentinel': return sentinelSays(look, ordinal);
    case 'agent': return agentSays(container);
    case 'proxy': return proxySays(container);
    default: return (await container.probe('startup')).status === 0 ? 'has rendered everything' : 'waits for the API';
  }
}

function serverSays({ servers }: Look, ordinal: number): string {
  const { role, follows, electable, offset } = servers[ordinal];
  if (role === 'down') return 'no answer';
  if (role === 'master') return `master          offset ${offset}`;
  const whom = follows < 0 ? 'nobody' : `server ${follows}`;
  return `${role === 'replica' ? 'replica of' : 'waits for'} ${whom}${role === 'replica' && !electable ? ', not electable' : ''}   offset ${offset}`;
}

function sentinelSays({ sentinels }: Look, ordinal: number): string {
  const { names, flags, others, replicas } = sentinels[ordinal];
  if (names === 'down') return 'no answer';
  if (names === 'nobody') return 'knows no master';
  return `names ${names === 'stranger' ? 'a stranger' : `server ${names}`}${flags === 'master' ? '' : ` (${flags})`}, knows ${replicas} replicas, ${others} Sentinels`;
}

function agentSays(agent: Container): string {
  try {
    const { phase, why } = JSON.parse(fs.readFileSync(agent.file('/run/redis-ha/status.json'), 'utf8'));
    return why ? `${phase}: ${why}` : phase;
  } catch {
    return 'starting';
  }
}

async function proxySays(proxy: Container): Promise<string> {
  try {
    const response = await fetch(`http://${proxy.pod.inside}:${portOf(proxy.pod, 'stats')}/stats;csv`, { signal: AbortSignal.timeout(500) });
    return leads(await response.text());
  } catch {
    return 'no answer';
  }
}

/** Whom HAProxy leads writes to, by its statistics. */
export function leads(csv: string): string {
  const [head, ...lines] = csv.split('\n').map((line) => line.split(','));
  const [status, sessions] = ['status', 'scur'].map((name) => head.indexOf(name));
  const up = lines.filter(([backend, server, ...rest]) => /^master_\d+$/.test(backend) && server.startsWith('R') && /^UP/.test([backend, server, ...rest][status]));
  if (up.length === 0) return 'refuses writes';
  return up.map((line) => `leads writes to server ${line[0].slice('master_'.length)}, ${line[sessions]} sessions`).join('; ');
}
