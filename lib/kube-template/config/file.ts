import * as fs from 'node:fs';
import { makeWait, parseDuration, parseWait, Wait } from './duration';
import { Layer, TemplateLayer } from './layer';
import { ConfigError, Section } from './section';
import { Command, ExecSettings, HAPROXY_MODES, HaproxySettings, SourceTuning } from './settings';
import { oneOf, parseListen, parseLogLevel, parsePerms, parseReloadSignal, parseSignal } from './values';
import { MISSING_KEYS } from '../../go-template';
import { LOG_FORMATS, messageOf } from '../../log/log';
import { parseYaml } from '../yaml/yaml';

/** Looked for in the working directory when no configuration file is named. */
const DEFAULT_FILES = ['kube-template.yaml', 'kube-template.yml', 'kube-template.json'];

/** The default configuration files that exist: one or none. */
export function defaultConfigFiles(): string[] {
  return DEFAULT_FILES.filter((file) => fs.existsSync(file)).slice(0, 1);
}

/**
 * What a configuration file says. A file named `*.json` is JSON, any other YAML.
 *
 * @throws ConfigError naming the file, and the key where there is one
 */
export function readConfigFile(file: string): Layer {
  let document: unknown;
  try {
    const text = fs.readFileSync(file, 'utf8');
    document = file.endsWith('.json') ? JSON.parse(text) : parseYaml(text);
  } catch (error) {
    throw new ConfigError(`${file}: ${messageOf(error)}`);
  }
  return readLayer(new Section(file, document ?? {}, ': '));
}

function readLayer(section: Section): Layer {
  const layer: Layer = {
    // The API is watched, so when 3cky's program asked it again means nothing here.
    for3cky: section.get(['pollTime', 'pollPeriod'], () => true),
    kubeconfig: section.text(['kubeconfig', 'kubeConfig']),
    context: section.text('context'),
    master: section.text('master'),
    namespace: section.text('namespace'),
    selectorFirst: section.flag('selectorFirst'),
    wait: readWait(section),
    commandTimeout: section.scalar('commandTimeout', parseDuration),
    leftDelimiter: section.text('leftDelimiter'),
    rightDelimiter: section.text('rightDelimiter'),
    missingKey: section.text('missingKey', (text) => oneOf(text, MISSING_KEYS)),
    perms: section.get('perms', parsePerms),
    backup: section.flag('backup'),
    inPlace: section.flag('inPlace'),
    fileRoot: section.text('fileRoot'),
    listen: section.text('listen', parseListen),
    logLevel: section.text('logLevel', parseLogLevel),
    logFormat: section.text('logFormat', (text) => oneOf(text, LOG_FORMATS)),
    sources: section.mapping('sources', readTuning),
    templates: section.list('templates', (entry, place) => readTemplate(new Section(place, entry), place)),
    exec: section.section('exec', readExec),
  };
  section.end();
  return layer;
}

function readWait(section: Section): Wait | undefined {
  return section.get('wait', (value, place) => {
    if (typeof value === 'string' || typeof value === 'number') return parseWait(value);
    const bounds = new Section(place, value);
    const wait = makeWait(bounds.scalar('min', parseDuration) ?? 0, bounds.scalar('max', parseDuration));
    bounds.end();
    return wait;
  });
}

function readCommand(value: unknown): Command {
  if (typeof value === 'string' && value.trim() !== '') return value;
  if (Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string')) return value;
  throw new Error(`${JSON.stringify(value)} is not a command; expected text for the shell, or a list of text`);
}

function readTuning(value: unknown, place: string): SourceTuning {
  const section = new Section(place, value);
  const fields = section.list('fields', (entry) => {
    if (typeof entry !== 'string') throw new Error(`${JSON.stringify(entry)} is not accepted; expected a field such as status.podIP`);
    return entry;
  });
  const limit = section.count('limit');
  section.end();
  return { fields, limit };
}

function readTemplate(section: Section, place: string): TemplateLayer {
  const source = section.text(['source', 'path']);
  const contents = section.text('contents');
  const destination = section.text(['destination', 'output']);
  if (!destination) throw new ConfigError(`${place}: no destination; expected the path of the file to write`);
  if ((source === undefined) === (contents === undefined)) {
    throw new ConfigError(`${place}: expected either source, the path of a template, or contents, the template itself`);
  }
  const template: TemplateLayer = {
    source,
    contents,
    destination,
    perms: section.get('perms', parsePerms),
    uid: section.count('uid'),
    gid: section.count('gid'),
    backup: section.flag('backup'),
    inPlace: section.flag('inPlace'),
    check: section.get('check', readCommand),
    command: section.get('command', readCommand),
    commandTimeout: section.scalar('commandTimeout', parseDuration),
    wait: readWait(section),
    leftDelimiter: section.text('leftDelimiter'),
    rightDelimiter: section.text('rightDelimiter'),
    missingKey: section.text('missingKey', (text) => oneOf(text, MISSING_KEYS)),
    haproxy: section.section('haproxy', readHaproxy),
  };
  section.end();
  return template;
}

function readHaproxy(section: Section): Partial<HaproxySettings> {
  const haproxy = {
    master: section.text('master'),
    stats: section.text('stats'),
    state: section.text('state'),
    mode: section.text('mode', (text) => oneOf(text, HAPROXY_MODES)),
    closeOnMove: section.flag('closeOnMove'),
    failClosed: section.flag('failClosed'),
  };
  section.end();
  return haproxy;
}

function readExec(section: Section): Partial<ExecSettings> {
  const exec = {
    command: section.get('command', readCommand),
    reloadSignal: section.text('reloadSignal', parseReloadSignal),
    killSignal: section.text('killSignal', parseSignal),
    killTimeout: section.scalar('killTimeout', parseDuration),
    env: section.mapping('env', (value) => {
      if (typeof value !== 'string') throw new Error(`${JSON.stringify(value)} is not accepted; expected text in quotes`);
      return value;
    }),
  };
  section.end();
  return exec;
}
