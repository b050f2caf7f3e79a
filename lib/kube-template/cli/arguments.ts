import { FlagName } from './flags';
import { scan } from './scan';
import { MISSING_KEYS } from '../../go-template';
import { LOG_FORMATS, messageOf } from '../../log/log';
import { parseDuration, parseWait } from '../config/duration';
import { Layer, TemplateLayer } from '../config/layer';
import { ConfigError } from '../config/section';
import { ExecSettings, HAPROXY_MODES, HaproxySettings } from '../config/settings';
import { oneOf, parseListen, parseLogLevel, parsePerms, parseReloadSignal, parseSignal } from '../config/values';

/** What the command line asks for. */
export interface Arguments {
  readonly action: 'run' | 'help' | 'version' | 'print-rbac';
  readonly configFiles: readonly string[];
  readonly once: boolean;
  /** Limit of --once in milliseconds; 0: none. */
  readonly timeout: number;
  readonly dryRun: boolean;
  /** Flags of 3cky's program that have no effect here. */
  readonly ignored: readonly string[];
  /** The settings among the flags; they win over every configuration file. */
  readonly layer: Layer;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A template as SRC:DST or SRC:DST:CMD, where CMD may hold colons. @throws Error when it is neither */
function parseTemplate(text: string): TemplateLayer {
  const match = /^([^:]+):([^:]+)(?::([^]*))?$/.exec(text);
  if (!match) throw new Error(`${JSON.stringify(text)} is not a template; expected SRC:DST or SRC:DST:CMD`);
  return { source: match[1], destination: match[2], ...match[3]?.trim() && { command: match[3] } };
}

/**
 * One template, or several with commas between them as 3cky's program took them. Commands may have commas too: without a sign of that
 * program only a comma behind a DST begins the next template.
 *
 * @throws Error when one of them is none
 */
function parseTemplates(text: string, for3cky: boolean): TemplateLayer[] {
  // What has commas of its own is in double quotes there.
  if (for3cky) {
    return [...text.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/g)].filter(([all]) => all !== '')
      .map(([, quoted, plain]) => parseTemplate(quoted?.replaceAll('""', '"') ?? plain));
  }
  const [, first, rest] = /^([^:,]+:[^:,]+),([^:,]+:[^]+)$/.exec(text) ?? [];
  return first === undefined ? [parseTemplate(text)] : [parseTemplate(first), ...parseTemplates(rest, false)];
}

/**
 * Reads the command line.
 *
 * @param args without node and script
 * @throws ConfigError naming the flag and what it accepts
 */
export function parseArguments(args: readonly string[]): Arguments {
  const layer: Mutable<Layer> = {};
  const templates: Mutable<TemplateLayer>[] = [];
  const exec: Mutable<Partial<ExecSettings>> = {};
  const result: Mutable<Arguments> = { action: 'run', configFiles: [], once: false, timeout: 60_000, dryRun: false, ignored: [], layer };
  const haproxy = (settings: Partial<HaproxySettings>): void => {
    const template = templates.at(-1);
    if (!template) throw new Error('comes before any --template; expected after the one whose DST HAProxy reads');
    template.haproxy = { ...template.haproxy, ...settings };
  };
  const given = scan(args);
  const setters: Partial<Record<FlagName, (value: string) => void>> = {
    'template': (value) => void templates.push(...parseTemplates(value, for3cky)),
    'config': (value) => void (result.configFiles = [...result.configFiles, value]),
    'once': () => void (result.once = true),
    'timeout': (value) => void (result.timeout = parseDuration(value)),
    'dry-run': () => void (result.dryRun = true),
    'wait': (value) => void (layer.wait = parseWait(value)),
    'exec': (value) => void (exec.command = value.trim() || undefined),
    'exec-reload-signal': (value) => void (exec.reloadSignal = parseReloadSignal(value)),
    'exec-kill-signal': (value) => void (exec.killSignal = parseSignal(value)),
    'exec-kill-timeout': (value) => void (exec.killTimeout = parseDuration(value)),
    'kubeconfig': (value) => void (layer.kubeconfig = value),
    'context': (value) => void (layer.context = value),
    'master': (value) => void (layer.master = value),
    'namespace': (value) => void (layer.namespace = value),
    'selector-first': () => void (layer.selectorFirst = true),
    'left-delimiter': (value) => void (layer.leftDelimiter = value),
    'right-delimiter': (value) => void (layer.rightDelimiter = value),
    'missing-key': (value) => void (layer.missingKey = oneOf(value, MISSING_KEYS)),
    'command-timeout': (value) => void (layer.commandTimeout = parseDuration(value)),
    'perms': (value) => void (layer.perms = parsePerms(value)),
    'backup': () => void (layer.backup = true),
    'in-place': () => void (layer.inPlace = true),
    'file-root': (value) => void (layer.fileRoot = value),
    'haproxy-master': (master) => haproxy({ master }),
    'haproxy-stats': (stats) => haproxy({ stats }),
    'haproxy-state': (state) => haproxy({ state }),
    'haproxy-mode': (value) => haproxy({ mode: oneOf(value, HAPROXY_MODES) }),
    'listen': (value) => void (layer.listen = parseListen(value)),
    'print-rbac': () => void (result.action = 'print-rbac'),
    'log-level': (value) => void (layer.logLevel = parseLogLevel(value)),
    'log-format': (value) => void (layer.logFormat = oneOf(value, LOG_FORMATS)),
    'version': () => void (result.action = 'version'),
    'help': () => void (result.action = 'help'),
  };
  const ignored = given.filter(({ name }) => !setters[name]).map(({ name }) => `--${name}`);
  const for3cky = ignored.length > 0;
  for (const { name, value } of given) {
    try {
      setters[name]?.(String(value));
    } catch (error) {
      throw new ConfigError(`--${name}: ${messageOf(error)}`);
    }
  }
  if (for3cky) layer.for3cky = true;
  layer.templates = templates;
  layer.exec = exec;
  return { ...result, ignored };
}
