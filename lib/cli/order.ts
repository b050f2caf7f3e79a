import { CliError, Command, EXIT, Terminal } from './base/command';
import { COMMON_USAGE, parse, Where } from './base/options';
import { Kubectl } from './kubectl/kubectl';
import { findAwake, Installation, MemberPod } from './read/installation';
import { Reader } from './read/reader';
import { withKubectl } from './with-kubectl';
import { LONGEST_PAUSE_SECONDS } from '../limits/pause';

/** A hand-over may take half a minute, and is tried twice. In milliseconds. */
const ORDER_MS = 100_000;
const SCRIPT = '/etc/redis-ha/order.sh';

const RIGHTS = 'get pods, services, statefulsets and deployments; create pods/exec';
const EXITS = `exit status: 0 done, 65 refused: nothing was changed, 70 begun and not done, 64 wrong usage, 66 no such installation,
             69 no kubectl or no answer, 77 not permitted`;

/** `cdk8s-redis-ha failover` */
export const FAILOVER: Command = {
  summary: 'makes another server the master, and loses nothing',
  usage: `[NAME] [--to POD] [OPTION…]

Hands the master's role over: writes pause for some tenths of a second, no acknowledged one is lost. If it can't be done, the master stays. Needs: ${RIGHTS};
pods/portforward and pods/log to find the master, as "status" does.

  NAME                name of the installation; may be left out if the namespace has only one
  --to POD            the new master: a pod or its ordinal. Default: the next one in sync above the master, else the lowest
${COMMON_USAGE}

${EXITS}`,
  run: async (args, terminal) => {
    const { values: { to }, ...where } = parse(args, {}, { values: ['to'] });
    return withKubectl(where, terminal, async (kubectl) => {
      const installation = await findAwake(kubectl, where.name);
      const reading = await new Reader(kubectl, installation.name).read();
      const masters = reading.servers.filter(({ answer }) => answer?.role === 'master');
      if (masters.length !== 1) throw new CliError(`${masters.length === 0 ? 'no server says' : 'several servers say'} that it is the master: see "doctor"`, EXIT.refused);
      const target = to === undefined ? [] : [String(ordinalOf(installation, to))];
      return give(kubectl, installation, [masters[0].ordinal], ['failover', ...target], terminal);
    });
  },
};

/** `cdk8s-redis-ha pause` */
export const PAUSE: Command = {
  summary: 'no failover for some time, as for maintenance of the network; it ends by itself',
  usage: `[NAME] --for TIME [OPTION…]

Until the time is over, a master that is silent stays the master: neither Sentinels nor agents replace it. A pod that is deleted still hands over, and a
master that restarted without its data is still replaced. Needs: ${RIGHTS}.

  NAME                name of the installation; may be left out if the namespace has only one
  --for TIME          like 90s, 10m or 2h; at most 12h
${COMMON_USAGE}

${EXITS}`,
  run: async (args, terminal) => {
    const { values: { for: time }, ...where } = parse(args, {}, { values: ['for'] });
    return toAll(where, ['pause', String(secondsOf(time))], terminal);
  },
};

/** `cdk8s-redis-ha resume` */
export const RESUME: Command = {
  summary: 'ends a pause before its time',
  usage: `[NAME] [OPTION…]

Needs: ${RIGHTS}.

  NAME                name of the installation; may be left out if the namespace has only one
${COMMON_USAGE}

${EXITS}`,
  run: async (args, terminal) => toAll(parse(args), ['resume'], terminal),
};

/** `cdk8s-redis-ha rebuild` */
export const REBUILD: Command = {
  summary: 'drops the data of a broken replica, which copies it from the master again',
  usage: `[NAME] POD [OPTION…]

Only of a replica, only while a majority of the Sentinels names a master that answers, and, with three servers and more, while another replica is in sync.
Needs: ${RIGHTS}.

  NAME                name of the installation; may be left out if the namespace has only one
  POD                 the server: a pod or its ordinal
${COMMON_USAGE}

${EXITS}`,
  run: async (args, terminal) => {
    const { argument, ...where } = parse(args, {}, { argument: 'POD' });
    return withKubectl(where, terminal, async (kubectl) => {
      const installation = await findAwake(kubectl, where.name);
      return give(kubectl, installation, [ordinalOf(installation, argument!)], ['rebuild'], terminal);
    });
  },
};

/** Each agent has to know: any of them may be the next master's. */
async function toAll(where: Where, words: readonly string[], terminal: Terminal): Promise<number> {
  return withKubectl(where, terminal, async (kubectl) => {
    const installation = await findAwake(kubectl, where.name);
    return give(kubectl, installation, installation.servers.map(({ ordinal }) => ordinal), words, terminal);
  });
}

/** Gives an order to servers, and prints what each of their agents answers. @returns the worst exit status */
async function give(
  kubectl: Kubectl, { namespace, servers }: Installation, ordinals: readonly number[], words: readonly string[], terminal: Terminal,
): Promise<number> {
  const statuses = await Promise.all(ordinals.map(async (ordinal) => {
    const { pod } = servers[ordinal];
    const [status, line] = pod === undefined ? [EXIT.unavailable, 'there is no pod'] : await orderIn(kubectl.in(namespace), pod, words);
    terminal.print(`server ${ordinal}: ${line}\n`);
    return status;
  }));
  return Math.max(...statuses);
}

async function orderIn(kubectl: Kubectl, { reading: { name } }: MemberPod, words: readonly string[]): Promise<[status: number, line: string]> {
  const { code, out, err } = await kubectl.result(['exec', '-i', name, '-c', 'server', '--', 'sh', SCRIPT, ...words], { timeoutMs: ORDER_MS });
  const line = out.trim().split('\n').at(-1)!;
  if (/^(done|refused|failed|no answer)\b/.test(line)) return [code ?? EXIT.unavailable, line];
  if (/forbidden/i.test(err)) throw new CliError(`kubectl: ${err.trim()}`, EXIT.notPermitted);
  return [EXIT.unavailable, `no answer: ${(line || err).trim().split('\n').at(-1) || 'the pod said nothing'}`];
}

/** The ordinal that a pod's name or a number stands for. */
function ordinalOf({ servers, name }: Installation, given: string): number {
  const found = servers.find(({ ordinal, pod }) => given === String(ordinal) || given === pod?.reading.name || given === `${name}-server-${ordinal}`);
  if (found === undefined) {
    throw new CliError(`${given} is no server of ${name}: there are ${servers.map(({ ordinal }) => `${name}-server-${ordinal}`).join(', ')}`, EXIT.usage);
  }
  return found.ordinal;
}

const UNITS: { readonly [unit: string]: number } = { s: 1, m: 60, h: 3600 };

function secondsOf(time: string | undefined): number {
  if (time === undefined) throw new CliError('--for TIME is missing, like --for 10m', EXIT.usage);
  const [, count, unit] = /^([1-9]\d{0,5})([smh])$/.exec(time) ?? [];
  const seconds = Number(count) * (UNITS[unit] ?? NaN);
  if (!(seconds <= LONGEST_PAUSE_SECONDS)) throw new CliError(`--for ${time} must be a time like 90s, 10m or 2h, at most ${LONGEST_PAUSE_SECONDS / 3600}h`, EXIT.usage);
  return seconds;
}
