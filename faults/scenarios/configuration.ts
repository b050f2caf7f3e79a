/** What somebody changes while everything runs. */
import { randomBytes } from 'node:crypto';
import { Sentinel } from '../../lib/index';
import { until } from '../cluster';
import { SERVER } from '../injection';
import { CRASH, KILLED, Run, Scenario, UNNOTICED } from '../scenario';
import { BOTH, SEPARATE, SIDECAR, TLS } from '../setups';

/** Replaces the keys of the Secret, and waits until every server and Sentinel has been told. */
async function passwords({ installation }: Run, stringData: { [key: string]: string }, removed: string[], told: RegExp): Promise<void> {
  const { redis } = installation;
  const since = new Date().toISOString();
  const data = Object.fromEntries(removed.map((key) => [key, null]));
  installation.run('patch', 'secret', redis.secretName!, '--type=merge', '-p', JSON.stringify({ stringData, data }));
  await installation.refreshFiles();
  const agents = (await installation.pods('server')).map(({ name }) => name);
  await until('servers and Sentinels are told', () => {
    const log = agents.map((name) => installation.run('logs', name, '-c', 'agent', `--since-time=${since}`)).join('\n');
    return [...log.matchAll(new RegExp(`password (the server|Sentinel \\d+) ${told.source}`, 'g'))].length >= agents.length + redis.sentinelHosts.length;
  }, 120_000);
}

/** Lines of all agents since then. */
async function said({ installation }: Run, since: string): Promise<string> {
  return (await installation.pods('server')).map(({ name }) => installation.run('logs', name, '-c', 'agent', `--since-time=${since}`)).join('\n');
}

/** Waits until each Sentinel that was there before knows so many other Sentinels and replicas, no more and no fewer. */
const known = (run: Run, sentinels: number, servers: number) => until(`Sentinels know ${sentinels} Sentinels and ${servers} servers`, async () => (
  (await run.state()).sentinels.every(({ others, replicas }) => others === sentinels - 1 && replicas === servers - 1)), 240_000);

export const CONFIGURATION_SCENARIOS: readonly Scenario[] = [
  {
    name: 'rotate-password',
    what: 'The password is replaced in three steps, and then the master\'s server is killed.',
    setups: [SEPARATE],
    needs: 'processes',
    bar: { gapMs: CRASH, ...KILLED, switches: 1 },
    maxRuns: 2,
    async inject(run) {
      const { redis } = run.installation;
      const key = redis.secretKey!;
      const secret = JSON.parse(run.installation.run('get', 'secret', redis.secretName!, '-o', 'json'));
      const old = Buffer.from(secret.data[key], 'base64').toString();
      const next = randomBytes(24).toString('hex');
      run.mark('two accepted');
      await passwords(run, { [`${key}-alternate`]: next }, [], /accepts two/);
      run.mark('new one used');
      await passwords(run, { [key]: next, [`${key}-alternate`]: old }, [], /accepts two/);
      run.mark('old one refused');
      await passwords(run, {}, [`${key}-alternate`], /accepts the new one alone/);
      run.mark('killed');
      run.installation.processes(run.master).signal('KILL', SERVER);
      await run.moved();
    },
  },
  {
    name: 'renew-certificate',
    what: 'The certificate in the Secret is replaced. Kubelets bring it to the pods in their own time, and Sentinels that can\'t take it while they run are started again.',
    setups: TLS,
    bar: { gapMs: UNNOTICED, lost: 0, failures: 0, switches: 0 },
    maxRuns: 2,
    async inject(run) {
      const since = new Date().toISOString();
      run.mark('replaced');
      run.installation.certify();
      const servers = run.installation.redis.announceServices.length;
      await until('servers use it', async () => [...(await said(run, since)).matchAll(/certificate \w+ is in use/g)].length >= servers, 180_000);
      run.mark('used by servers');
      const sentinels = run.installation.redis.sentinelHosts.length;
      // those of Valkey 9.1 take it by themselves, and say nothing
      if (run.installation.redis.engineName === 'valkey') return;
      await until('Sentinels start again', async () => [...(await said(run, since)).matchAll(/certificate Sentinel \d starts again/g)].length >= sentinels, 300_000);
      run.mark('used by Sentinels');
    },
  },
  {
    name: 'change-configuration',
    what: 'A directive of the servers is changed in the props, and the manifests are applied again.',
    setups: BOTH,
    bar: { gapMs: { median: 1500, worst: 3000 }, lost: 0, switches: 3 },
    maxRuns: 3,
    async inject(run) {
      const slow = String(Date.now() % 100_000);
      run.mark('applied');
      await run.installation.change({ server: { directives: [`slowlog-log-slower-than ${slow}`] } });
    },
  },
  {
    name: 'change-labels',
    what: 'Labels of all pods are changed in the props, so that one apply stops all Sentinels and, one after the other, all servers.',
    setups: [SEPARATE],
    bar: { gapMs: { median: 1500, worst: 3000 }, lost: 0, switches: 3 },
    maxRuns: 2,
    async inject(run) {
      run.mark('applied');
      await run.installation.change({ labels: { changed: String(Date.now()) } });
    },
  },
  {
    name: 'scale-servers',
    what: 'Three servers with Sentinels as sidecars are scaled to five, and back to three.',
    setups: [SIDECAR],
    bar: { gapMs: { median: 1500, worst: 3000 }, lost: 0 },
    maxRuns: 2,
    async inject(run) {
      run.mark('five');
      await run.installation.change({ replicas: 5 });
      await known(run, 5, 5);
      run.mark('three');
      await run.installation.change({ replicas: 3 });
      await known(run, 3, 3);
      run.mark('forgotten');
    },
  },
  {
    name: 'scale-sentinels',
    what: 'Three servers and three Sentinels in Deployments of their own are scaled to five, and back to three.',
    setups: [SEPARATE],
    bar: { gapMs: { median: 1500, worst: 3000 }, lost: 0 },
    maxRuns: 2,
    async inject(run) {
      run.mark('five');
      await run.installation.change({ replicas: 5, sentinel: Sentinel.deployments(5) });
      await known(run, 5, 5);
      run.mark('three');
      await run.installation.change({ replicas: 3, sentinel: Sentinel.deployments(3) });
      await known(run, 3, 3);
      run.mark('forgotten');
    },
  },
];
