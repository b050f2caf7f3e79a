import * as fs from 'node:fs';
import * as path from 'node:path';
import { Size } from 'cdk8s';
import { Metrics, Persistence, Routing, Sentinel } from '../../lib';
import { commandLinePage } from '../../tools/command-line/page';
import { pages, read } from '../support/documents';
import { EXAMPLES, synthExample } from '../support/examples';
import { install, Manifest } from '../support/manifests';
import { rulesOf } from '../support/rule-tests';

const AGENT = path.resolve(__dirname, '..', '..', 'lib', 'agent');
const COMPONENT = 'redis-ha.cdk8s.io/component';
const OURS = /^(redis-ha\.cdk8s\.io|app\.kubernetes\.io|cluster-autoscaler\.kubernetes\.io|kustomize\.toolkit\.fluxcd\.io)\/|^grafana_dashboard$/;
const ALL = EXAMPLES.flatMap(synthExample);

/** Rows of the first table under a heading of a page, cells without backquotes. */
function rows(page: string, heading: string): string[][] {
  const section = `\n${read(page)}`.split(new RegExp(`\n#+ ${heading}\n`))[1].split('\n#')[0];
  const lines = /(?:^\|.*\n)+/m.exec(section)![0].trim().split('\n').slice(2);
  return lines.map((line) => line.split('|').slice(1, -1).map((cell) => cell.replace(/`/g, '').trim()));
}

const sorted = (lines: Iterable<string>) => [...new Set(lines)].sort();
const template = ({ spec }: Manifest) => spec?.jobTemplate?.spec.template ?? spec?.template;
/** Name of an object by what it is for: ordinals and the installation's name left out. */
const general = (object: { readonly metadata: Manifest['metadata'] }) => {
  const name = object.metadata.labels?.['redis-ha.cdk8s.io/installation'] ?? '';
  return object.metadata.name.replace(name, 'NAME').replace(/-\d+$/, '-N');
};

test('hosts of an installation that pages name are Services of docs/reference/ports.md', () => {
  const services = rows('docs/reference/ports.md', 'Of Services').map(([name]) => name);
  const hosts = pages().flatMap((page) => [...read(page).matchAll(/\b(NAME(?:-[A-Za-z-]+)?)\.NAMESPACE\b/g)].map(([, host]) => host));
  expect(sorted(hosts).filter((host) => !services.includes(host))).toEqual([]);
  expect(hosts.length).toBeGreaterThan(2);
});

test('docs/how-to/operations.md has each subject of the log of the agent, and no other', () => {
  const sources = fs.readdirSync(AGENT, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => fs.readFileSync(path.join(AGENT, file), 'utf8'));
  const calls = /(?:log\.(?:info|warn|error)|log\[level\]|lookBefore|restarts\.restart\(\w+,)\(?\s*'([a-z-]+)'/g;
  const subjects = sources.flatMap((text) => [...text.matchAll(calls)].map(([, subject]) => subject));
  const told = rows('docs/how-to/operations.md', 'What the agents log').flatMap(([cell]) => cell.split(', '));
  expect(sorted(told)).toEqual(sorted(subjects));
});

describe('docs/reference/ports.md', () => {
  test('has each port of each pod, and no other', () => {
    const ports = ALL.filter((each) => template(each)?.metadata.labels?.[COMPONENT] !== undefined).flatMap((each) => {
      const { metadata, spec: { containers, initContainers = [] } } = template(each);
      return [...initContainers, ...containers].flatMap(({ name: container, ports: own = [] }: any) => (
        own.map(({ containerPort, name }: any) => [containerPort, name, metadata.labels[COMPONENT], container].join(' '))));
    });
    expect(sorted(rows('docs/reference/ports.md', 'Of pods').map((row) => row.slice(0, 4).join(' ')))).toEqual(sorted(ports));
  });

  test('has each port of each Service, and no other', () => {
    const services = ALL.filter(({ kind, metadata: { labels } }) => kind === 'Service' && ['server', 'sentinel', 'proxy', 'restore'].includes(labels?.[COMPONENT] ?? ''));
    const ports = services.flatMap((each) => each.spec.ports.map(({ port, name }: any) => [general(each), port, name].join(' ')));
    expect(sorted(rows('docs/reference/ports.md', 'Of Services').map((row) => row.slice(0, 3).join(' ')))).toEqual(sorted(ports));
  });
});

test('docs/reference/labels.md has each label and each annotation', () => {
  const claims = (each: Manifest) => (each.spec?.volumeClaimTemplates ?? []).map(({ metadata }: any) => metadata);
  const metas = ALL.flatMap((each) => [each.metadata, template(each)?.metadata, ...claims(each)]);
  const keys = (field: 'labels' | 'annotations') => sorted(metas.flatMap((meta: any) => Object.keys(meta?.[field] ?? {})).filter((key) => OURS.test(key)));
  expect(sorted(rows('docs/reference/labels.md', 'Labels').map(([key]) => key))).toEqual(keys('labels'));
  expect(sorted(rows('docs/reference/labels.md', 'Annotations').map(([key]) => key))).toEqual(keys('annotations'));
});

test('docs/reference/rbac.md has the rules of each routing, and no pod has a token but those', () => {
  const routings: { readonly [name: string]: Routing } = {
    'Routing.service()': Routing.service(),
    'Routing.podIp()': Routing.podIp(),
    'Routing.consul()': Routing.consul(),
    'Routing.none()': Routing.none(),
    'Routing.direct()': Routing.direct(),
  };
  const made = Object.entries(routings).flatMap(([name, routing]) => [undefined, Sentinel.deployments()].flatMap((sentinel) => {
    const { all } = install({ routing, sentinel });
    const token = ({ automountServiceAccountToken, volumes = [] }: any) => automountServiceAccountToken !== false || JSON.stringify(volumes).includes('"serviceAccountToken"');
    const tokens = all.filter((each) => template(each) && token(template(each).spec)).map(general);
    expect([name, tokens]).toEqual([name, ({ 'Routing.podIp()': ['NAME-proxy'], 'Routing.direct()': ['NAME-server'] })[name] ?? []]);
    expect(all.filter(({ kind }) => kind === 'ClusterRole')).toEqual([]);
    const rules = all.filter(({ kind }) => kind === 'Role').flatMap((role) => (role.rules as any[]).flatMap(({ resources, resourceNames, verbs }) => {
      const objects = sorted(resourceNames.map((each: string) => each.replace(/^redis/, 'NAME').replace(/-\d+$/, '-N')));
      return objects.map((each) => `${name} ${general(role)} ${resources} ${each} ${verbs.join(', ')}`);
    }));
    return rules.length === 0 ? [`${name} none`] : rules;
  }));
  const told = rows('docs/reference/rbac.md', 'RBAC').map(([routing, ...cells]) => [routing.split(',')[0], ...cells].join(' ').trim());
  expect(sorted(told)).toEqual(sorted(made));
});

test('docs/reference/rbac.md has what agents need for Events and roles', () => {
  const made = ['events', 'roleLabel'].flatMap((option) => install({ kubernetes: { [option]: true } }).get('Role', 'redis-server').rules
    .map(({ resources, resourceNames, verbs }: any) => [`kubernetes: { ${option}: true }`, ...resources, resourceNames ? 'NAME-server-N' : 'all', ...verbs].join(' ')));
  const told = rows('docs/reference/rbac.md', 'Events and roles').map(([option, , resources, names, verbs]) => [option, resources.split(' ')[0], names.split(':')[0], verbs].join(' '));
  expect(told).toEqual(made);
});

test('docs/reference/metrics.md has each metric of others that alerts read, and each proxy of haproxy.cfg', () => {
  const all = { metrics: Metrics.exporter(), routing: Routing.podIp(), persistence: Persistence.volume(Size.gibibytes(1)) };
  const names = rulesOf(undefined, all).groups.flatMap(({ rules }: any) => rules)
    .flatMap(({ expr }: any) => [...expr.matchAll(/\b(?!redis_ha_)(?:haproxy|kube_template|redis|kubelet|kube|up)_\w+/g)].map(([name]) => name));
  expect(sorted(rows('docs/reference/metrics.md', 'What the alerts read').map(([name]) => name))).toEqual(sorted(names));
  const config = read('lib/assets/templates/haproxy.cfg');
  const proxies = [...config.matchAll(/^backend (\S+?)(?:_\[\[ \.index \]\])?$/gm)].map(([line, name]) => (line.includes('[[') ? `${name}_N` : name)).filter((name) => !name.startsWith('plain_'));
  const told = rows('docs/reference/metrics.md', 'Names in HAProxy').flatMap(([cell]) => cell.split(', '));
  expect(sorted(told)).toEqual(sorted([...proxies, 'write', 'read', 'stats']));
});

test('docs/reference/kube-template.md has each metric of kube-template', () => {
  const names = [...read('lib/kube-template/metrics.ts').matchAll(/(?:counter|gauge)\('(\w+)'|['`]kube_template_(\w+)['`]/g)].map(([, short, name]) => short ?? name);
  const told = rows('docs/reference/kube-template.md', 'Health, readiness, metrics, logs').flatMap(([cell]) => cell.split(', ')).filter((name) => !name.startsWith('…')).map((name) => name.replace(/_(sum|count)$/, ''));
  expect(sorted(told)).toEqual(sorted(names));
});

test('docs/reference/command-line.md is what the commands say', async () => {
  // npx ts-node --transpile-only --project tools/tsconfig.json tools/command-line.ts writes it
  expect(read('docs/reference/command-line.md')).toBe(await commandLinePage());
});

/** What the fault suite found: median of the longest time without writes, acknowledged writes that were lost, and all of them. */
const runs = rows('docs/reference/reliability.md', 'Result').map(([fault, setup, , gap, , , lost]) => {
  const [gone, all] = lost.split(' of ').map(Number);
  return { fault: fault.replace(/\[(.*)\].*/, '$1'), setup, gap: gap.split(' / ')[0], gone, all };
});

test('writes that docs/explanation tells to be lost are those of the fault suite', () => {
  const text = read('docs/explanation/durability.md') + read('docs/explanation/promises.md').replace(/([\d,]+ of [\d,]+) writes \(\[(`[\w-]+`)\]/g, '$2: $1');
  const told = [...text.matchAll(/((?:`[\w-]+`(?:, )?)+)(?:, by force)?: ([\d,]+) of ([\d,]+)/g)]
    .map(([, faults, ...figures]) => [faults, ...figures.map((each) => Number(each.replace(/,/g, '')))]);
  const found = (faults: string) => runs.filter(({ fault }) => faults.includes(`\`${fault}\``));
  const sum = (figures: readonly number[]) => figures.reduce((all, one) => all + one, 0);
  expect(told).toEqual(told.map(([faults]) => {
    const its = found(String(faults));
    return [faults, sum(its.map(({ gone }) => gone)), sum(its.map(({ all }) => all))];
  }));
  expect(told.length).toBeGreaterThan(5);
});

test('runs and faults that the README counts are those of the fault suite', () => {
  const [, all, faults] = /\[(\d+) runs of (\d+) faults\]\(docs\/reference\/reliability\.md\)/.exec(read('README.md'))!;
  const counted = rows('docs/reference/reliability.md', 'Result').reduce((sum, [, , each]) => sum + Number(each), 0);
  expect([all, faults]).toEqual([String(counted), String(new Set(runs.map(({ fault }) => fault)).size)]);
});

test('figures of backups and restores are those of docs/reference/measurements.md', () => {
  const measured = read('docs/reference/measurements.md').split('\n## Backup and restore\n')[1].split('\n');
  const told = read('docs/how-to/backup.md').split('\n## What it costs clients\n')[1].split('\n## ')[0].split('\n').filter((line) => line.startsWith('|'));
  expect(told.filter((line) => !measured.includes(line))).toEqual([]);
  expect(told.length).toBeGreaterThan(8);
  const [, what, seconds] = /^\| restore: a new installation, (.*) \| ([\d.]+) \|$/m.exec(measured.join('\n'))!;
  expect(read('docs/how-to/restore.md')).toContain(`${seconds} s ${what}`);
});

test('faults with TLS in docs/how-to/tls.md are those of the fault suite', () => {
  const [heading] = /\| fault \| without TLS.*/.exec(read('docs/how-to/tls.md'))!;
  const table = read('docs/how-to/tls.md').split(heading)[1].split('\n\n')[0].trim().split('\n').slice(1);
  const gaps = (fault: string, suffix: string) => ['sidecar-service-redis', 'separate-podip-valkey']
    .flatMap((setup) => runs.filter((run) => run.fault === fault && run.setup === setup + suffix).map(({ gap }) => gap)).join(', ');
  const told = table.map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
  expect(told).toEqual(told.map(([cell]) => {
    const [, fault] = /`([\w-]+)`/.exec(cell)!;
    return [cell, gaps(fault, ''), gaps(fault, '-tls')];
  }));
  expect(told.length).toBeGreaterThan(3);
});

test('figures of docs/explanation/topologies.md are those of the fault suite', () => {
  const measured = new Map(runs.map(({ fault, setup, gap }) => [`${fault} ${setup}`, gap]));
  const setups = /\| fault \| (.*) \|/.exec(read('docs/explanation/topologies.md'))![1].split(' | ');
  const told = rows('docs/explanation/topologies.md', 'What they measure');
  for (const [fault, ...gaps] of told) expect([fault, ...gaps]).toEqual([fault, ...setups.map((setup) => measured.get(`${fault.replace(/\[(.*)\].*/, '$1')} ${setup}`))]);
  expect(told.length).toBeGreaterThan(2);
});
