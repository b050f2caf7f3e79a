import { ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import * as os from 'node:os';
import { argvOf, killGroup } from './run-command';
import { Command, ExecSettings } from '../config/settings';

/** How a program ended. */
export interface ChildEnd {
  /** Its exit status, 128 plus the signal's number, or 127 when it could not start. */
  readonly status: number;
  readonly reason: string;
}

const SHELL_SYNTAX = /[^\w\s./:@,+-]|^\s*(\.|cd|exec|exit|export|set|ulimit|umask)\s/;

/**
 * A text without shell syntax is split into words and run directly: a shell in between would keep the signals to itself.
 */
function programOf(command: Command): { argv: string[]; shell: boolean } {
  if (typeof command !== 'string') return { argv: [...command], shell: false };
  if (SHELL_SYNTAX.test(command)) return { argv: argvOf(command), shell: true };
  return { argv: command.trim().split(/\s+/), shell: false };
}

/**
 * The program under supervision. Emits `end` with a {@link ChildEnd}, once.
 */
export class Child extends EventEmitter<{ end: [ChildEnd] }> {
  private process?: ChildProcess;
  private ended = false;
  private killTimer?: NodeJS.Timeout;
  private readonly program: ReturnType<typeof programOf>;

  constructor(private readonly settings: ExecSettings) {
    super();
    this.program = programOf(settings.command);
  }

  /** Whether the program was started and has not ended. */
  public get running(): boolean {
    return this.process !== undefined && !this.ended;
  }

  /** Starts the program; further calls do nothing. */
  public start(): void {
    if (this.process) return;
    const [file, ...args] = this.program.argv;
    // A group of its own, so that what it leaves behind can be ended with it.
    this.process = spawn(file, args, { stdio: 'inherit', detached: true, env: { ...process.env, ...this.settings.env } });
    this.process.on('error', (error) => this.finish({ status: 127, reason: `cannot start: ${error.message}` }));
    this.process.on('exit', (code, signal) => this.finish(signal
      ? { status: 128 + os.constants.signals[signal], reason: `ended by ${signal}` }
      : { status: code ?? 1, reason: `exit status ${code}` }));
  }

  /** Tells the program that a destination changed, unless it asked for nothing. */
  public reload(): void {
    if (this.settings.reloadSignal !== 'none') this.signal(this.settings.reloadSignal);
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

  private finish(end: ChildEnd): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.killTimer);
    killGroup(this.process?.pid, 'SIGKILL');
    this.emit('end', end);
  }
}
