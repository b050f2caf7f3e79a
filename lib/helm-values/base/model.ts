import { call, Expression } from './expression';
import { merged } from '../../manifests/merged';

/** Way to a prop, field by field; `+` appends to a list. */
export type Path = readonly string[];

/** One thing that the values say, in terms of props. */
export interface Item {
  readonly path: Path;
  readonly value: Expression;
  /** Keys of the values that it comes from; none for what the chart does where the values say nothing. */
  readonly keys: readonly string[];
}

/** A change of an object that has no prop: `Overrides.merge(redis.OBJECT, fields)`. */
export interface Override {
  readonly object: 'serverStatefulSet' | 'serverService' | 'serverConfig' | 'sentinelService' | 'proxyDeployment' | 'proxyService';
  readonly fields: { readonly [field: string]: Expression };
  readonly keys: readonly string[];
}

/** A client that is let in. */
export interface Grant {
  readonly method: 'allowFrom' | 'allowSentinelFrom' | 'allowMetricsFrom';
  readonly peer: Expression;
  readonly keys: readonly string[];
}

/** All that an installation is made of, as data: a program is written from it, and an installation made from it. */
export class Model {
  public readonly items: Item[] = [];
  public readonly overrides: Override[] = [];
  public readonly grants: Grant[] = [];
  /** Props of RedisMonitoring, without the installation. */
  public readonly monitoring: Item[] = [];

  /** A later value of the same prop takes the place of the former. */
  public put(path: Path, value: Expression, keys: readonly string[]): void {
    const at = path.includes('+') ? -1 : this.items.findIndex((item) => item.path.join('\0') === path.join('\0'));
    if (at >= 0) this.items.splice(at, 1);
    this.items.push({ path, value, keys });
  }

  /** Takes back what came of a key alone. */
  public drop(key: string): void {
    this.items.splice(0, this.items.length, ...this.items.filter(({ keys }) => keys.length !== 1 || (keys[0] !== key && !keys[0].startsWith(`${key}.`))));
  }

  /** The value of a prop, if it was put. */
  public get(...path: string[]): Expression | undefined {
    return this.items.find((item) => item.path.join('\0') === path.join('\0'))?.value;
  }

  /** The same without some items. */
  public without(dropped: ReadonlySet<Item | Override | Grant>): Model {
    const result = new Model();
    result.items.push(...this.items.filter((item) => !dropped.has(item)));
    result.overrides.push(...this.overrides.filter((item) => !dropped.has(item)));
    result.grants.push(...this.grants.filter((item) => !dropped.has(item)));
    result.monitoring.push(...this.monitoring.filter((item) => !dropped.has(item)));
    return result;
  }

  /** All that the library may refuse. */
  public parts(): (Item | Override | Grant)[] {
    return [...this.items, ...this.monitoring, ...this.grants, ...this.overrides];
  }

  /** Props of RedisHa. */
  public props(): { readonly [prop: string]: Expression } {
    const { auth, persistence, sentinel, metrics, tls, ...others } = tree(this.items);
    const made: { [prop: string]: Expression | undefined } = {
      auth: auth && authOf(auth as Fields),
      tls: tls && tlsOf(tls as Fields),
      persistence: persistence && persistenceOf(persistence as Fields),
      sentinel: sentinel && sentinelOf(sentinel as Fields),
      metrics: metrics && metricsOf(metrics as Fields),
    };
    const all: { [prop: string]: Expression | undefined } = { ...others, ...made };
    const inOrder = [...ORDER, ...Object.keys(all).filter((prop) => !ORDER.includes(prop))];
    return Object.fromEntries(inOrder.flatMap((prop) => (all[prop] === undefined ? [] : [[prop, all[prop]]])));
  }

  /** Props of RedisMonitoring without the installation; undefined without. */
  public monitoringProps(): { readonly [prop: string]: Expression } | undefined {
    if (this.monitoring.length === 0) return undefined;
    const { scraping, alerts } = tree(this.monitoring) as { [prop: string]: Fields | undefined };
    return {
      scraping: scraping ? call('Scraping.podMonitors', ...options(scraping)) : call('Scraping.none'),
      alerts: alerts ? call('Alerts.prometheusRule', ...options(alerts)) : call('Alerts.none'),
      dashboards: call('Dashboards.none'),
    };
  }
}

/** In which order a program has the props. */
const ORDER = ['name', 'masterName', 'engine', 'replicas', 'sentinel', 'routing', 'persistence', 'auth', 'tls', 'metrics', 'server', 'proxy'];

type Fields = { readonly [field: string]: Expression };

/** Where an item says only that something is there. */
export const PRESENT = '!';

function options(fields: Fields): Expression[] {
  const { [PRESENT]: _, ...rest } = fields;
  return Object.keys(rest).length === 0 ? [] : [rest];
}

/** Without a Secret that is named, the one with the library's default name and key. */
function authOf({ none, secret, usual, key, users }: Fields): Expression | undefined {
  if (none) return call('Auth.none');
  if (secret === undefined && users === undefined) return undefined;
  const given = { ...secret === undefined || key === undefined ? {} : { key }, ...users === undefined ? {} : { users } };
  return call('Auth.secret', secret ?? usual, ...options(given));
}

function metricsOf(fields: Fields): Expression {
  return call('Metrics.exporter', ...options(fields));
}

function sentinelOf({ count, ...fields }: Fields): Expression {
  return count === undefined ? call('Sentinel.sidecar', ...options(fields)) : call('Sentinel.deployments', count, ...options(fields));
}

/** Without a Secret that can be named, the one with the library's default name: encryption does not go because a name can't be taken over. */
function tlsOf({ mode, certificate, usual, ca, ...fields }: Fields): Expression {
  const secret = certificate ?? usual;
  return call(`Tls.${mode}`, call('TlsCertificate.secret', secret, ...ca === undefined ? [] : [{ ca: call('TrustedCas.secret', secret, ca) }]), ...options(fields));
}

/** Without a size or a claim that can be taken over, a volume of the chart's default: data does not go either. */
function persistenceOf({ kind, size, usual, claim, path, ...fields }: Fields): Expression {
  if (kind === 'emptyDir') return call('Persistence.emptyDir', ...options(fields));
  if (kind === 'hostPath') return call('Persistence.hostPath', path, ...options(fields));
  if (claim !== undefined) return call('Persistence.existingClaim', claim, ...options(fields));
  return call('Persistence.volume', size ?? usual, ...options(fields));
}

/** Items as one object. */
function tree(items: readonly Item[]): { [field: string]: Expression } {
  const root: any = Object.create(null);
  for (const { path, value } of items) {
    let at = root;
    for (const [index, field] of path.slice(0, -1).entries()) at = at[field] ??= path[index + 1] === '+' ? [] : Object.create(null);
    const last = path[path.length - 1];
    if (last === '+') append(at, value);
    else at[last] = value;
  }
  return plain(root) as { [field: string]: Expression };
}

/** Where what has this name is in a list. */
function placeIn(list: readonly any[], value: any): number {
  return list.findIndex((item) => typeof value?.name === 'string' && item?.name === value.name);
}

/** Two patches of one container are written as one. Sources of variables have no name, by which a list could be merged. */
function append(list: any[], value: any): void {
  const at = placeIn(list, value);
  if (at < 0) return void list.push(value);
  const envFrom = [list[at].envFrom ?? [], value.envFrom ?? []].flat();
  list[at] = { ...merged(list[at], value), ...envFrom.length === 0 ? {} : { envFrom } };
}

/** Objects without a prototype, in which any field may be set, as ordinary ones. */
function plain(value: any): Expression {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, one]) => [field, plain(one)]));
}

/** The steps of a path that an error of the library names, like `server.pod.labels["app"]` or `server.directives[3]`. */
export function steps(prop: string): string[] {
  return [...prop.matchAll(/\["([^"]*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, name, index, field]) => name ?? index ?? field);
}

/** The path of an item as errors of the library name it: with its place in a list. */
export function placeOf(item: Item, items: readonly Item[]): string[] {
  const at = item.path.indexOf('+');
  if (at < 0) return [...item.path];
  const list = item.path.slice(0, at).join('\0');
  const before: Expression[] = [];
  for (const { path, value } of items.slice(0, items.indexOf(item))) if (path[at] === '+' && path.slice(0, at).join('\0') === list && placeIn(before, value) < 0) before.push(value);
  const known = placeIn(before, item.value);
  return [...item.path.slice(0, at), String(known < 0 ? before.length : known), ...item.path.slice(at + 1)];
}
