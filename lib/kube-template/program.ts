import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { Arguments, parseArguments } from './cli/arguments';
import { help } from './cli/flags';
import { settingsOf } from './cli/settings-of';
import { ConfigError } from './config/section';
import { Settings } from './config/settings';
import { Daemon, kubeConfigOf, read } from './daemon';
import { KubeConfig } from './kube';
import { requiredRoles } from './sources';
import { Log, messageOf } from '../log/log';

/** Exit statuses of the program, besides that of the program it supervises. */
const EXIT = { success: 0, failure: 1, usage: 2 } as const;

/**
 * Which program this is: the checksum of its file, as in the name of its ConfigMap. A release that does not change the program does not
 * change it either, so it rolls no pod.
 */
function version(): string {
  return createHash('sha256').update(fs.readFileSync(__filename)).update('\0').digest('hex').slice(0, 16);
}

/** The process a program runs in. */
interface ProgramProcess {
  /** Writes to standard output. */
  readonly print: (text: string) => void;
  /** Writes to standard error. */
  readonly printError: (text: string) => void;
  /** Where signals arrive; `process` in the program. */
  readonly signals: NodeJS.EventEmitter;
}

/**
 * Runs kube-template.
 *
 * @param args the command line without node and script
 * @returns the exit status
 */
export async function run(args: readonly string[], io: ProgramProcess): Promise<number> {
  let given: Arguments;
  let settings: Settings;
  try {
    given = parseArguments(args);
    if (given.action === 'help') return print(io, help());
    if (given.action === 'version') return print(io, `kube-template ${version()}\n`);
    settings = settingsOf(given);
    if (given.once && settings.exec) throw new ConfigError('--once: ends after the first render, --exec starts there; expected one of them');
  } catch (error) {
    io.printError(`kube-template: ${messageOf(error)}\n`);
    return error instanceof ConfigError ? EXIT.usage : EXIT.failure;
  }
  const log = new Log({ level: settings.logLevel, format: settings.logFormat, write: io.printError });
  try {
    if (given.action === 'print-rbac') return print(io, rbac(settings));
    for (const flag of given.ignored) log.about('daemon').debug(`${flag} has no effect any more`);
    const daemon = new Daemon(given, settings, { ...io, log });
    return given.once ? await daemon.once() : await daemon.run();
  } catch (error) {
    io.printError(`kube-template: ${messageOf(error)}\n`);
    return EXIT.failure;
  }
}

function print(io: ProgramProcess, text: string): number {
  io.print(text);
  return EXIT.success;
}

/** The roles that the templates need, as a YAML stream; each document is JSON, which is YAML too. */
function rbac({ kube, templates }: Settings): string {
  const { namespace, selectorFirst } = kube;
  const roles = requiredRoles(templates.map(read), { namespace: namespace || namespaceConfig(kube).namespace, selectorFirst });
  return roles.map((role) => `---\n${JSON.stringify(role, undefined, 2)}\n`).join('');
}

/** Only its namespace is used: the roles can be printed where no API server is. */
function namespaceConfig(kube: Settings['kube']): KubeConfig {
  try {
    return kubeConfigOf(kube);
  } catch {
    return new KubeConfig({ server: 'https://localhost' });
  }
}
