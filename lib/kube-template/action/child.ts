import { ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import * as os from 'node:os';
import { takes } from './disposition';
import { argvOf, killGroup } from './run-command';
import { ExecSettings } from '../config/settings';

/** How a program ended. */
export interface ChildEnd {
  /** Its exit status, 128 plus the signal's number, or 127 when it could not start. */
  readonly status: number;
  readonly reason: string;
}

const SHELL_SYNTAX = /[^\w\s./:@,+-]|^\s*(\.|cd|exec|exit|export|set|ulimit|umask)\s/;

/** Signals that only the program knows. */
export const PASSED_SIGNALS: NodeJS.Signals[] = ['SIGUSR2', 'SIGWINCH', 'SIGCONT'];

/** For how long a change is not told to a program that has just begun, in ms, and for how long one that does not take the signal yet. */
const STARTING = { always: 1000, unprepared: 10_000 } as const;

/**
 * A text without shell syntax is split into words and run directly: a shell in between would keep the signals to itself.
 */
function programOf({ command, ...signals }: ExecSettings): { argv: string[]; shell: boolean } {
  if (typeof command !== 'string') return { argv: [...command], shell: false };
  if (SHELL_SYNTAX.test(command)) return { argv: argvOf(trapping(command, signals)), shell: true };
  return { argv: command.trim().split(/\s+/), shell: false };
}

/**
 * A text whose shell outlives the signals that all of its group gets. It waits for the program, and ends with its status when that was told
 * to end. What the shell runs does not inherit this. By numbers, as not all shells know all names.
 */
function trapping(text: string, { reloadSignal, killSignal }: Omit<ExecSettings, 'command'>): string {
  const number = (signal: NodeJS.Signals): number => os.constants.signals[signal];
  const ignored = [...reloadSignal === 'none' ? [] : [reloadSignal], ...PASSED_SIGNALS].map(number);
  return `trap : ${ignored.join(' ')}; trap exit ${number(killSignal)}; ${text}`;
}

/**
 * The program under supervision. Emits `end` with a {@link ChildEnd}, once.
 */
export class Child extends EventEmitter<{ end: [ChildEnd] }> {
  private process?: ChildProcess;
  private ended = false;
  private killTimer?: NodeJS.Timeout;
  private reloadTimer?: NodeJS.Timeout;
  private started = 0;
  private readonly program: ReturnType<typeof programOf>;

  constructor(private readonly settings: ExecSettings) {
    super();
    this.program = programOf(settings);
  }

  /** Whether the program was started and has not ended. */
  public get running(): boolean {
    return this.process !== undefined && !this.ended;
  }

  /** Starts the program; further calls do nothing. */
  public start(): void {
    if (this.process) return;
    const [file, ...args] = this.program.argv;
    this.started = performance.now();
    // A group of its own, so that what it leaves behind can be ended with it.
    this.process = spawn(file, args, { stdio: 'inherit', detached: true, env: { ...process.env, ...this.settings.env } });
    this.process.on('error', (error) => this.finish({ status: 127, reason: `cannot start: ${error.message}` }));
    this.process.on('exit', (code, signal) => this.finish(signal
      ? { status: 128 + os.constants.signals[signal], reason: `ended by ${signal}` }
      : { status: code ?? 1, reason: `exit status ${code}` }));
  }

  /** Tells the program that a destination changed, unless it asked for nothing. */
  public reload(): void {
    const { reloadSignal } = this.settings;
    if (reloadSignal === 'none' || !this.running) return;
    clearTimeout(this.reloadTimer);
    // A signal that comes before its handler would end the program.
    if (this.starting(reloadSignal)) this.reloadTimer = setTimeout(() => this.reload(), 100);
    else this.signal(reloadSignal);
  }

  /** Passes a signal on; behind a shell, to all that the shell runs. */
  public signal(signal: NodeJS.Signals): void {
    if (!this.running) return;
    if (this.program.shell) killGroup(this.process!.pid, signal);
    else this.process!.kill(signal);
  }

  /** Asks the program to end, and insists after the kill timeout. */
  public stop(): void {
    if (!this.running) return;
    this.signal(this.settings.killSignal);
    this.killTimer ??= setTimeout(() => {
      const failure = killGroup(this.process!.pid, 'SIGKILL');
      if (failure) this.finish({ status: 1, reason: `cannot be killed: ${failure.message}` });
    }, this.settings.killTimeout);
  }

  private starting(signal: NodeJS.Signals): boolean {
    const age = performance.now() - this.started;
    return age < STARTING.always || (age < STARTING.unprepared && !takes(this.process!.pid!, signal, this.program.shell));
  }

  private finish(end: ChildEnd): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.killTimer);
    clearTimeout(this.reloadTimer);
    killGroup(this.process?.pid, 'SIGKILL');
    this.emit('end', end);
  }
}
