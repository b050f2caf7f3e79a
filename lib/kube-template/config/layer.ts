import * as path from 'node:path';
import { makeWait, Wait } from './duration';
import { ConfigError } from './section';
import { ExecSettings, HaproxySettings, Settings, SourceTuning, TemplateSettings, templateName } from './settings';
import { MissingKey } from '../../go-template';
import { LogFormat, LogLevel } from '../../log/log';

/** A template as one place describes it, before the defaults. */
export interface TemplateLayer extends Omit<Partial<TemplateSettings>, 'destination' | 'haproxy'> {
  readonly destination: string;
  readonly haproxy?: Partial<HaproxySettings>;
}

/** What one place says: the command line, or one configuration file. */
export interface Layer {
  /**
   * Written for 3cky's program, as something in it shows that only that one knew: its template functions take the
   * selector before the namespace, and the namespace is `default` where none is named.
   */
  readonly for3cky?: boolean;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly master?: string;
  readonly namespace?: string;
  readonly selectorFirst?: boolean;
  readonly wait?: Wait;
  readonly commandTimeout?: number;
  readonly leftDelimiter?: string;
  readonly rightDelimiter?: string;
  readonly missingKey?: MissingKey;
  readonly perms?: number;
  readonly backup?: boolean;
  readonly inPlace?: boolean;
  readonly fileRoot?: string;
  readonly listen?: Settings['listen'];
  readonly logLevel?: LogLevel;
  readonly logFormat?: LogFormat;
  readonly sources?: Readonly<Record<string, SourceTuning>>;
  readonly templates?: readonly TemplateLayer[];
  readonly exec?: Partial<ExecSettings>;
}

/** Later layers win; a value that is undefined says nothing. */
function merged<T extends object>(layers: readonly (T | undefined)[]): Partial<T> {
  const entries = layers.flatMap((layer) => Object.entries(layer ?? {})).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<T>;
}

/** A template of a later layer replaces those of earlier ones with its source or its destination. */
function mergedTemplates(layers: readonly Layer[]): TemplateLayer[] {
  let result: TemplateLayer[] = [];
  for (const layer of layers) {
    const own = layer.templates ?? [];
    result = result.filter((old) => !own.some((template) => template.destination === old.destination
      || (template.source !== undefined && template.source === old.source)));
    result.push(...own);
  }
  refuseSharedFiles(result);
  return result;
}

/** What is written for one template must not be overwritten for another: a server-state file has the servers of one configuration. */
function refuseSharedFiles(templates: readonly TemplateLayer[]): void {
  const taken = new Map<string, { readonly what: string; readonly template: TemplateLayer }>();
  for (const template of templates) {
    const files = { 'destination': template.destination === '-' ? undefined : template.destination, 'server-state file': template.haproxy?.state };
    for (const [what, file] of Object.entries(files)) {
      if (file === undefined) continue;
      const other = taken.get(path.resolve(file));
      if (other) {
        throw new ConfigError(other.what === what
          ? `${file}: the ${what} of two templates, ${templateName(other.template)} and ${templateName(template)}`
          : `${file}: the ${other.what} of ${templateName(other.template)}, and the ${what} of ${templateName(template)}`);
      }
      taken.set(path.resolve(file), { what, template });
    }
  }
}

function haproxyDefaults(layer: Partial<HaproxySettings>, destination: string): HaproxySettings {
  const haproxy = { mode: 'auto', closeOnMove: false, failClosed: true, ...merged([layer]) } as HaproxySettings;
  if (!haproxy.master && !haproxy.stats) throw new ConfigError(`${destination}: HAProxy's master socket is not given; expected its path`);
  if (!haproxy.master && haproxy.mode !== 'runtime') {
    throw new ConfigError(`${destination}: mode ${haproxy.mode} needs HAProxy's master socket; expected its path, or mode runtime`);
  }
  if (destination === '-') throw new ConfigError('-: HAProxy reads no standard output; expected a file as the destination');
  return haproxy;
}

/**
 * The settings that result from configuration files and the command line.
 *
 * @param layers least important first
 * @throws ConfigError when they contradict each other
 */
export function withDefaults(layers: readonly Layer[]): Settings {
  const all = merged(layers);
  const exec = merged(layers.map((layer) => layer.exec));
  const templates = mergedTemplates(layers).map(({ haproxy, ...template }): TemplateSettings => ({
    backup: all.backup ?? false,
    inPlace: all.inPlace ?? false,
    perms: all.perms,
    fileRoot: all.fileRoot,
    commandTimeout: all.commandTimeout ?? 15_000,
    wait: all.wait ?? makeWait(0),
    leftDelimiter: all.leftDelimiter || '{{',
    rightDelimiter: all.rightDelimiter || '}}',
    missingKey: all.missingKey ?? 'zero',
    ...merged([template]),
    destination: template.destination,
    ...haproxy && { haproxy: haproxyDefaults(haproxy, template.destination) },
  }));
  if (templates.length === 0) throw new ConfigError('no templates; expected --template SRC:DST or a configuration file with templates');
  return {
    kube: {
      kubeconfig: all.kubeconfig,
      context: all.context,
      master: all.master,
      namespace: all.namespace ?? (all.for3cky ? 'default' : undefined),
      selectorFirst: all.selectorFirst ?? all.for3cky ?? false,
      sources: merged(layers.map((layer) => layer.sources)) as Record<string, SourceTuning>,
    },
    templates,
    ...exec.command !== undefined && {
      exec: { reloadSignal: 'SIGHUP', killSignal: 'SIGTERM', killTimeout: 30_000, env: {}, ...exec, command: exec.command } as ExecSettings,
    },
    listen: all.listen,
    logLevel: all.logLevel ?? 'info',
    logFormat: all.logFormat ?? 'text',
  };
}
