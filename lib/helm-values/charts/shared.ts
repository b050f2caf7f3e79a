import { Build } from '../base/build';

/** Secrets for images, as the API has them or by name; each once. */
export function pullSecrets(build: Build, key: string): void {
  if (!build.has(key)) return;
  const secrets = [build.value<unknown>(key, [])].flat();
  secrets.forEach((secret: any, index) => {
    const name = typeof secret === 'string' ? secret : secret?.name;
    const known = build.model.items.some(({ path, value }) => path[0] === 'imagePullSecrets' && value === name);
    if (typeof name !== 'string' || name === '') build.refuse(`${key}[${index}]`, 'must be an object with a name');
    else if (!known) build.put(['imagePullSecrets', '+'], name, `${key}[${index}]`);
  });
}

/** The port for writes may be the one that is for reads here unless told. */
export function keepPortsApart(build: Build): void {
  const port = build.model.items.find(({ path }) => path.join() === 'proxy,port');
  if (port?.value !== 6380 || build.model.get('proxy', 'readPort') !== undefined) return;
  for (const key of port.keys) build.note(key, 'proxy.port: reads, for which it would be the port here, are at 6381');
  build.put(['proxy', 'readPort'], 6381);
}

const ARGUMENTS: { readonly [argument: string]: string } = { 'check-single-keys': 'keys', 'check-keys': 'keyPatterns', 'count-keys': 'countedPatterns' };

/** Arguments of redis_exporter. */
export function exporterArguments(build: Build, at: string): void {
  for (const [name, value] of Object.entries(build.value<{ [name: string]: string }>(at, {}))) {
    const key = `${at}.${name}`;
    if (!Object.hasOwn(ARGUMENTS, name)) {
      build.refuse(key, 'arguments of the exporter have no option: variables of it, like REDIS_EXPORTER_…, go into `server.pod.podSpecOverrides.containers`');
      continue;
    }
    build.mapped(key, `metrics.${ARGUMENTS[name]}`);
    for (const one of value.split(',')) build.put(['metrics', ARGUMENTS[name], '+'], one.trim(), key);
  }
}

/** What the charts do where no monitor is asked for. */
export function annotatedPods(build: Build, key: string): void {
  build.note(key, 'metrics: the chart lets a Prometheus find them by annotations prometheus.io/scrape, which are here those of `RedisMonitoring` with `Scraping.annotatedServices()`');
}

/** Commands that are switched off; where several parts say so, by any of them. */
export function allowFlush(build: Build, ...keys: string[]): void {
  for (const key of build.given(...keys)) disabledCommands(build, key, keys);
}

const disabledBy = (build: Build, key: string): string[] => build.value(key, ['FLUSHDB', 'FLUSHALL']).map((command) => command.toUpperCase()).filter((command) => command !== '');

function disabledCommands(build: Build, key: string, keys: readonly string[]): void {
  const disabled = disabledBy(build, key);
  const flush = ['FLUSHDB', 'FLUSHALL'];
  const closed = keys.find((one) => disabledBy(build, one).some((command) => flush.includes(command)));
  if (closed === undefined) build.put(['server', 'allowFlush'], true, ...keys);
  else if (!disabled.some((command) => flush.includes(command))) build.note(key, `all servers are alike: FLUSHALL and FLUSHDB are off, as by ${closed}`);
  else if (!flush.every((command) => disabled.includes(command))) build.note(key, 'FLUSHALL and FLUSHDB are switched off together');
  const others = disabled.filter((command) => !flush.includes(command));
  if (others.length > 0) {
    build.refuse(key, `${others.join(', ')}: no other command is renamed, as Sentinel and the agents need some: give applications users of their own, which may not use them ('auth': AclUser)`);
  }
}
