import { billionths, bytesOf } from '../../settings/quantity';
import { memoryLimit } from '../../settings/resolve-resources';
import { resolveServerResources } from '../../settings/resolve-server';
import { Build } from '../base/build';
import { call, evaluate, Expression } from '../base/expression';
import { Path } from '../base/model';
import { isEmpty, isObject, quantity, Reader } from '../base/readers';
import { Entry, mapped } from '../base/table';

const SIZES = [['Size.tebibytes', 4], ['Size.gibibytes', 3], ['Size.mebibytes', 2], ['Size.kibibytes', 1]] as const;

/** Bytes as a Size; undefined if they are no whole KiB. */
export function sizeOf(bytes: number): Expression | undefined {
  const found = SIZES.find(([, power]) => bytes > 0 && bytes % 1024 ** power === 0);
  return found && call(found[0], bytes / 1024 ** found[1]);
}

/** A quantity of Kubernetes as a Size, rounded up to whole KiB. */
export function sizeOfQuantity(text: string): Expression {
  const bytes = bytesOf(text) ?? 0;
  return sizeOf(Math.max(1, Math.ceil(bytes / 1024)) * 1024)!;
}

const DURATIONS = [['Duration.hours', 3600_000], ['Duration.minutes', 60_000], ['Duration.seconds', 1000], ['Duration.millis', 1]] as const;

/** Milliseconds as a Duration. */
export function duration(ms: number): Expression {
  const [name, unit] = DURATIONS.find(([, each]) => ms > 0 && ms % each === 0) ?? DURATIONS[2];
  return call(name, ms / unit);
}

const SIZED: { readonly [resource: string]: string } = { 'memory': 'memory', 'ephemeral-storage': 'ephemeralStorage' };

/** Requests and limits of a container, each resource by itself. */
const resourcesReader: Reader<{ [kind: string]: any }> = (value) => (isObject(value) ? { value } : { wrong: 'must be an object with requests and limits' });

/** An entry of requests and limits. Where there are some, and no limit of memory, there is none here either. */
export function resourcesEntry(path: Path): Entry {
  return mapped(path.join('.'), resourcesReader, (build, value, key) => putResources(build, path, value, key));
}

function putResources(build: Build, path: Path, resources: { readonly [kind: string]: any }, key: string): void {
  for (const [kind, amounts] of Object.entries(resources)) {
    const here = `${key}.${kind}`;
    if (kind !== 'requests' && kind !== 'limits') {
      if (!isEmpty(amounts)) build.refuse(here, 'must be requests or limits');
    } else if (!isObject(amounts)) {
      if (!isEmpty(amounts)) build.refuse(here, 'must be an object of resources and amounts');
    } else {
      for (const [resource, amount] of Object.entries(amounts)) putAmount(build, path, kind, resource, amount, `${here}.${resource}`);
    }
  }
}

function putAmount(build: Build, path: Path, kind: 'requests' | 'limits', resource: string, amount: unknown, key: string): void {
  if (isEmpty(amount)) return;
  const read = quantity(amount);
  if ('wrong' in read) return build.refuse(key, read.wrong);
  const which = kind === 'requests' ? 'request' : 'limit';
  const sized = SIZED[resource];
  const typed = resource === 'cpu' ? cpuOf(read.value) : sized && sizeOf(bytesOf(read.value) ?? 0);
  if (typed) build.put([...path, sized ?? 'cpu', which], typed, key);
  else build.put([...path, kind, resource], call('k8s.Quantity.fromString', read.value), key);
}

function cpuOf(text: string): Expression | undefined {
  const amount = billionths(text)!;
  if (amount <= 0n || amount % 1_000_000n !== 0n) return undefined;
  const millis = Number(amount / 1_000_000n);
  return millis % 1000 === 0 ? call('Cpu.units', millis / 1000) : call('Cpu.millis', millis);
}

/** Whether a limit of memory was put at a path. */
function hasMemoryLimit(build: Build, ...path: string[]): boolean {
  return build.model.get(...path, 'memory', 'limit') !== undefined || build.model.get(...path, 'limits', 'memory') !== undefined;
}

/** Where nothing is said of memory but how much data there may be: our own limit, unless that is less. */
export function roomForData(build: Build, key: string): void {
  const maxmemory = build.model.get('server', 'maxmemory');
  if (maxmemory !== undefined && evaluate(maxmemory).toKibibytes() * 1024 > memoryLimit(resolveServerResources({}))!) noMemoryLimit(build, key);
}

/** What the charts do where nothing is said of memory: no limit. */
export function noMemoryLimit(build: Build, key: string): void {
  if (hasMemoryLimit(build, 'server', 'resources')) return;
  const other = build.model.items.some(({ path }) => path.join('.').startsWith('server.resources.limits'));
  if (!other) build.put(['server', 'resources', 'limits'], {});
  const advice = build.model.get('server', 'maxmemory') === undefined ? 'three quarters of which become maxmemory' : 'a third above maxmemory';
  build.assume(`${key}.limits.memory`, `none, as in the chart: give one, ${advice} ('server.resources')`);
}
