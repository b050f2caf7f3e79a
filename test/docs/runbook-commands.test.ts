import { Auth, BackupTarget, Engine, Metrics, RedisBackup, RedisHaProps, Routing, Sentinel, Tls, TlsCertificate } from '../../lib';
import { pages, read } from '../support/documents';
import { install, Manifests } from '../support/manifests';

/** Modes of an installation in which containers and their variables differ. */
const MODES: { readonly [mode: string]: RedisHaProps } = {
  'default': { metrics: Metrics.exporter() },
  'Sentinels with pods of their own, Valkey': { sentinel: Sentinel.deployments(3), engine: Engine.valkey(), metrics: Metrics.exporter() },
  'native sidecars, TLS': { nativeSidecars: true, tls: Tls.everywhere(TlsCertificate.secret('tls')) },
  'users of components': { auth: Auth.secret('auth', { componentUsers: true }), routing: Routing.podIp() },
  'no password, direct': { auth: Auth.none(), routing: Routing.direct() },
  'consul': { routing: Routing.consul() },
};
const INSTALLATIONS = Object.entries(MODES).map(([mode, props]): [string, Manifests] => [mode, install(props)]);

/** Where a command of kubectl reaches into a container. */
interface Reach {
  readonly line: string;
  /** `NAME-server-N`, `deploy/NAME-proxy`, `POD`. */
  readonly target: string;
  readonly container?: string;
  /** Variables that it reads there. */
  readonly variables: readonly string[];
}

/** Commands in blocks and in sentences that look into pods; alternatives in comments are commands, too. */
function reachesIn(text: string): Reach[] {
  return [...text.matchAll(/kubectl (?:logs|exec) (\S+)(?: -c ([a-z-]+))?([^`\n]*)/g)].filter(([, target]) => !target.startsWith('job/')).flatMap(([line, target, container, rest]) => {
    const variables = [...rest.matchAll(/\$([A-Z_]+)/g)].map(([, name]) => name);
    const other = /# of Sentinel\.deployments\(\): (\S+)/.exec(rest)?.[1];
    return [target, ...other === undefined ? [] : [other]].map((each) => ({ line, target: each, container, variables }));
  });
}

/** Containers of what a command reaches into. @returns undefined if there is nothing of that name */
function containersOf(manifests: Manifests, target: string): any[] | undefined {
  const all = (kind: string, name: string): any[] | undefined => {
    const spec = manifests.find(kind, name)?.spec.template.spec;
    return spec && [...spec.initContainers ?? [], ...spec.containers];
  };
  // pods of a Deployment have names that nobody knows
  const deployment = /^deploy\/(.*)$/.exec(target)?.[1];
  if (deployment !== undefined) return all('Deployment', deployment.replace('NAME', 'redis').replace(/-N$/, '-0'));
  if (target === 'POD') return manifests.all.filter(({ kind }) => ['StatefulSet', 'Deployment'].includes(kind)).flatMap(({ kind, metadata }) => all(kind, metadata.name)!);
  return /-N$/.test(target) ? all('StatefulSet', target.replace('NAME', 'redis').replace(/-N$/, '')) : undefined;
}

/** What is wrong with a command. */
function faultsOf({ line, target, container, variables }: Reach): string[] {
  const meant = (all: any[] = []): any[] => all.filter(({ name }) => name === (container ?? name));
  const reached = INSTALLATIONS.map(([mode, manifests]): [string, any[]] => [mode, meant(containersOf(manifests, target))]);
  const there = reached.filter(([, containers]) => containers.length > 0);
  if (there.length === 0) return [`${line}: no mode has ${container ?? 'any container'} in ${target}`];
  return there.flatMap(([mode, containers]) => {
    const missing = (env: any[], name: string): boolean => !env.some((one) => one.name === name) && !(name === 'PASSWORD_FILE' && mode.startsWith('no password'));
    return containers.flatMap(({ env = [] }) => variables.filter((name) => missing(env, name)).map((name) => `${line}: no ${name} with ${mode}`));
  });
}

const RUNBOOKS = pages().filter((page) => page.startsWith('docs/runbooks/'));

test.each(RUNBOOKS)('%s: its commands reach into containers that are there, and read variables that they have', (page) => {
  expect(reachesIn(read(page)).flatMap(faultsOf)).toEqual([]);
});

test.each([
  ['kubectl logs NAME-sentinel-N --tail=50', /no mode has any container in NAME-sentinel-N/],
  ['kubectl logs NAME-server-N -c redis', /no mode has redis/],
  ["kubectl exec NAME-server-N -c server -- sh -c '$CLI -s $RUN_DIR/server.sock PING'", /no CLI with default/],
])('%s: is found to be wrong', (line, fault) => {
  expect(faultsOf(reachesIn(line)[0])).toEqual(expect.arrayContaining([expect.stringMatching(fault)]));
});

/** Lines of commands, in blocks and in sentences. The changelog speaks of objects that had no other label. */
const commands = pages().filter((page) => page !== 'CHANGELOG.md').flatMap((page) => read(page).split('\n').filter((line) => /\bkubectl\b/.test(line)).map((line) => `${page}: ${line}`));

test('no command selects by a label that other tools rewrite', () => {
  expect(commands.filter((line) => /(?:-l|--selector)[ =]?\S*app\.kubernetes\.io\/instance/.test(line))).toEqual([]);
  expect(commands.length).toBeGreaterThan(100);
});

test('labels by which the pages find Jobs of backups are those that these have', () => {
  const { all } = install({}, (redis, chart) => new RedisBackup(chart, 'backup', { redis, target: BackupTarget.volume('backups', { passwordSecret: 'key' }) }));
  const templates = all.filter(({ kind }) => kind === 'CronJob').map(({ spec }) => spec.jobTemplate);
  const selectors = commands.flatMap((line) => [...line.matchAll(/kubectl get jobs -l (\S+)/g)].map(([, selector]) => selector.replace('NAME', 'redis').split(',')));
  for (const [name, value] of selectors.flat().map((pair) => pair.split('='))) for (const { metadata } of templates) expect(metadata.labels[name]).toBe(value);
  // what deletes the pods of an installation ends no backup
  for (const { spec } of templates) expect(spec.template.metadata.labels).not.toHaveProperty(['redis-ha.cdk8s.io/installation']);
  expect([selectors.length, templates.length]).toEqual([3, 2]);
});

test('labels that select are those of the pods', () => {
  const selectors = RUNBOOKS.flatMap((page) => [...read(page).matchAll(/-l (redis-ha\S+)/g)].map(([, selector]) => selector)).filter((selector) => !selector.endsWith('component=backup'));
  const labels = INSTALLATIONS[0][1].podTemplate('Deployment', 'redis-proxy').metadata.labels;
  for (const pair of selectors.flatMap((selector) => selector.split(','))) expect(labels).toHaveProperty([pair.split('=')[0]]);
  // another installation of the namespace is not meant
  for (const selector of selectors) expect(selector).toContain('redis-ha.cdk8s.io/installation=NAME');
  expect(selectors.length).toBeGreaterThan(5);
});
