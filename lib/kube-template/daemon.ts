import { Template } from '../go-template';
import { Child, ChildEnd, PASSED_SIGNALS } from './action/child';
import { CommandQueue } from './action/command-queue';
import { Arguments } from './cli/arguments';
import { settingsOf } from './cli/settings-of';
import { KubeSettings, Settings, templateName, TemplateSettings } from './config/settings';
import { readFile } from './files';
import { Haproxy } from './haproxy';
import { KubeConfig } from './kube';
import { Server } from '../metrics/server';
import { inClusterConfig, loadConfig } from './kube/load';
import { Metrics } from './metrics';
import { Log, messageOf, SubjectLog } from '../log/log';
import { Runner } from './render/runner';
import { Sources, WrittenTemplate } from './sources';
import { templateFunctions } from './sources/template-functions';

/** What a daemon shares with the rest of its process. */
interface DaemonProcess {
  /** Writes to standard output. */
  readonly print: (text: string) => void;
  /** Where signals arrive; `process` in the program. */
  readonly signals: NodeJS.EventEmitter;
  readonly log: Log;
}

/** How long what is under way may take to end once it was killed, in milliseconds. */
const LAST_WORDS = 1000;

const END_SIGNALS: NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGQUIT'];

/** The address and credentials of the API server. @throws Error when there are none */
export function kubeConfigOf({ kubeconfig, context, master }: KubeSettings): KubeConfig {
  // An empty path asks for the service account, as it did in thecasualcoder's program.
  return kubeconfig === '' ? inClusterConfig(undefined, master) : loadConfig({ kubeconfig, context, master });
}

/** The options of sources that settings ask for. */
function sourcesOptions({ namespace, selectorFirst, sources }: KubeSettings): ConstructorParameters<typeof Sources>[1] {
  const tuning = Object.entries(sources).map(([plural, { fields, limit }]) => [plural, { limit, fields: fields && [...fields] }]);
  return { namespace, selectorFirst, tuning: Object.fromEntries(tuning) };
}

/** Reads a template. @throws Error when it cannot be read */
export function read(template: TemplateSettings): WrittenTemplate {
  const { contents, source, leftDelimiter: left, rightDelimiter: right, missingKey } = template;
  return { name: templateName(template), text: contents ?? readFile(source!), left, right, missingKey };
}

/** Compiles a template with the functions of the sources. @throws Error when it is malformed or cannot be read */
function compile(sources: Sources, template: TemplateSettings): Template {
  const { name, text, ...options } = read(template);
  return new Template(name, text, { ...options, functions: templateFunctions(sources.functions(), template.fileRoot) });
}

/** Keeps destinations current until a signal, or the end of the supervised program, ends it. */
export class Daemon {
  private readonly log: SubjectLog;
  private readonly metrics = new Metrics();
  private readonly server: Server;
  private readonly commands: CommandQueue;
  private readonly child?: Child;
  private childStarted = false;
  private kube: KubeConfig;
  private sources: Sources;
  private runner: Runner;
  private stopping = false;
  private over = false;
  private reloading = Promise.resolve();
  private finish: (status: number) => void;

  /** @throws Error when there is no API server to talk to, or a template is malformed */
  constructor(private readonly given: Arguments, private settings: Settings, private readonly process: DaemonProcess) {
    this.finish = () => undefined;
    this.log = process.log.about('daemon');
    this.commands = CommandQueue.logging(process.log.about('runner'), this.metrics);
    this.kube = kubeConfigOf(settings.kube);
    this.sources = this.newSources(settings, this.kube);
    this.runner = this.newRunner(settings, this.sources);
    this.server = new Server({
      unready: () => this.runner.unready(),
      metrics: () => {
        this.observe();
        return this.metrics.text();
      },
    });
    if (settings.exec && !given.dryRun) this.child = new Child(settings.exec);
    this.child?.on('end', (end) => this.childEnded(end));
  }

  /**
   * Brings every destination up to date once.
   *
   * @returns the exit status: 1 when anything failed or the time was up
   */
  public async once(): Promise<number> {
    const { timeout } = this.given;
    const handlers = END_SIGNALS.map((signal) => this.on(signal, () => {
      if (this.stopping) return this.kill();
      this.stopping = true;
      this.finish(1);
    }));
    const aborted = new Promise<'aborted'>((resolve) => { this.finish = () => resolve('aborted'); });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => { if (timeout > 0) timer = setTimeout(() => resolve('late'), timeout); });
    this.runner.start();
    const outcome = await Promise.race([this.runner.upToDateOnce(), late, aborted]);
    clearTimeout(timer);
    if (outcome) {
      const why = outcome === 'late' ? `not done after ${timeout} ms` : 'ended by a signal';
      this.log.error([why, ...this.runner.unready()].join('; '));
      this.commands.clear();
    }
    await this.close();
    for (const off of handlers) off();
    return outcome || this.metrics.errors.total() > 0 ? 1 : 0;
  }

  /** Runs until it is ended. @returns the exit status: that of the supervised program, if there is one */
  public async run(): Promise<number> {
    const { listen } = this.settings;
    if (listen) this.log.info(`listening on ${await this.server.listen(listen.host, listen.port)}`);
    const ended = new Promise<number>((resolve) => { this.finish = resolve; });
    const handlers = [
      ...END_SIGNALS.map((signal) => this.on(signal, () => void this.stop(signal))),
      ...PASSED_SIGNALS.map((signal) => this.on(signal, () => this.child?.signal(signal))),
      this.on('SIGHUP', () => { this.reloading = this.reloading.then(async () => { await this.reload(); }); }),
      this.on('SIGUSR1', () => this.runner.force()),
    ];
    this.runner.start();
    const status = await ended;
    this.over = true;
    await this.close();
    for (const off of handlers) off();
    return status;
  }

  private on(signal: NodeJS.Signals, handler: () => void): () => void {
    this.process.signals.on(signal, handler);
    return () => this.process.signals.off(signal, handler);
  }

  private async stop(signal: NodeJS.Signals): Promise<void> {
    if (this.stopping) return this.kill();
    this.stopping = true;
    this.log.info(`${signal}: ending`);
    await this.runner.stop();
    if (this.child?.running) return this.child.stop();
    await this.commands.idle();
    this.finish(0);
  }

  private kill(): void {
    this.commands.kill();
    this.child?.signal('SIGKILL');
    this.finish(1);
  }

  private async close(): Promise<void> {
    this.server.close();
    this.sources.stop();
    const killed = new Promise<void>((resolve) => {
      const wait = () => void setTimeout(resolve, LAST_WORDS);
      if (this.commands.ending.aborted) wait();
      else this.commands.ending.addEventListener('abort', wait);
    });
    // Commands that wait run, too: the next start finds their files as they should be, and has no reason to.
    await Promise.race([killed, this.runner.stop().then(async () => { await this.commands.idle(); })]);
  }

  /** Reads configuration and templates again; with a mistake in them everything stays as it is. */
  private async reload(): Promise<void> {
    if (this.stopping || this.over) return;
    let settings: Settings;
    let kube: KubeConfig;
    let sources: Sources;
    let runner: Runner;
    try {
      settings = settingsOf(this.given);
      kube = kubeConfigOf(settings.kube);
      const sameSources = JSON.stringify(settings.kube) === JSON.stringify(this.settings.kube) && kube.sameAs(this.kube);
      sources = sameSources ? this.sources : this.newSources(settings, kube);
      runner = this.newRunner(settings, sources);
    } catch (error) {
      this.metrics.errors.add({ stage: 'config' });
      this.log.error(`SIGHUP: the configuration stays as it was: ${messageOf(error)}`);
      return;
    }
    for (const key of ['exec', 'listen'] as const) {
      if (JSON.stringify(settings[key]) !== JSON.stringify(this.settings[key])) this.log.warn(`SIGHUP: the change of ${key} needs a restart`);
    }
    await this.runner.stop();
    if (this.stopping || this.over) return;
    if (sources !== this.sources) this.sources.stop();
    Object.assign(this, { settings, kube, sources, runner });
    this.process.log.configure(settings.logLevel, settings.logFormat);
    this.log.info('SIGHUP: configuration and templates read again');
    runner.start();
  }

  private newSources(settings: Settings, kube: KubeConfig): Sources {
    const sources = new Sources(kube, sourcesOptions(settings.kube));
    const log = this.process.log.about('sources');
    sources.on('change', () => this.runner.poke());
    sources.on('status', (source, { connected, error }) => {
      if (connected) log.debug(`${source}: watching`);
      else if (error) log.warn(`${source}: ${error.message}`);
    });
    return sources;
  }

  private newRunner(settings: Settings, sources: Sources): Runner {
    const { log, print } = this.process;
    return new Runner(settings.templates, {
      sources,
      compile: (template) => compile(sources, template),
      haproxy: ({ state, ...haproxy }) => new Haproxy({
        ...haproxy, stateFile: state, log: log.about('haproxy').warn, onReload: () => this.metrics.applies.add({ how: 'reload' }),
      }),
      commands: this.commands,
      log: log.about('runner'),
      metrics: this.metrics,
      print,
      dryRun: this.given.dryRun,
      onRound: (changed, complete) => this.tellChild(changed, complete),
    });
  }

  /** One that runs is told of every change, also while other destinations wait, as after a reload of the configuration. */
  private tellChild(changed: boolean, complete: boolean): void {
    if (!this.child || this.stopping) return;
    if (this.childStarted) {
      if (changed) this.child.reload();
    } else if (complete) {
      this.childStarted = true;
      this.child.start();
    }
  }

  private childEnded({ status, reason }: ChildEnd): void {
    this.log[status === 0 || this.stopping ? 'info' : 'error'](`the command of exec: ${reason}`);
    this.finish(status);
  }

  private observe(): void {
    this.metrics.observe(this.sources.reflectors.map(({ name, synced, connected, lastEventAgeMs, stats }) => (
      { source: name, synced, connected, lastEventAgeMs, restarts: stats.restarts }
    )));
  }
}
