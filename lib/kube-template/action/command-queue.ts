import { commandText, runCommand } from './run-command';
import { messageOf, SubjectLog } from '../../log/log';
import { Command } from '../config/settings';
import { Metrics } from '../metrics';

/** A command that is due. */
export interface DueCommand {
  readonly command: Command;
  /** In milliseconds. */
  readonly timeout: number;
}

/** What becomes of the commands. */
interface CommandObserver {
  done(text: string): void;
  failed(text: string, reason: string): void;
  /** It waited, and will not be run. */
  dropped(text: string): void;
}

/**
 * Runs commands one after another. While they run, further rounds collapse into one that waits, in which the same
 * command is due once.
 */
export class CommandQueue {
  /** A queue that logs and counts what becomes of its commands. */
  public static logging(log: SubjectLog, metrics: Metrics): CommandQueue {
    return new CommandQueue({
      done: (text) => log.info(`ran ${text}`),
      failed: (text, reason) => {
        metrics.errors.add({ stage: 'command' });
        log.error(`${text}: ${reason}`);
      },
      dropped: (text) => {
        metrics.errors.add({ stage: 'command' });
        log.error(`${text}: not run, as the program ends`);
      },
    });
  }

  /** For the next round. */
  private waiting = new Map<string, DueCommand>();
  /** What of this round has not begun. */
  private round = new Map<string, DueCommand>();
  private running?: Promise<void>;
  private readonly killing = new AbortController();

  constructor(private readonly observer: CommandObserver, private readonly run: typeof runCommand = runCommand) {}

  /** Ends with {@link kill}. */
  public get ending(): AbortSignal {
    return this.killing.signal;
  }

  /** Adds the commands of a round, in their order. */
  public add(commands: readonly DueCommand[]): void {
    for (const due of commands) {
      const identity = JSON.stringify(due.command);
      if (!this.waiting.has(identity)) this.waiting.set(identity, due);
    }
    if (this.waiting.size > 0) this.running ??= this.drain();
  }

  /** Drops the commands that wait; the running one goes on. */
  public clear(): void {
    // The same one may wait in both.
    for (const { command } of new Map([...this.round, ...this.waiting]).values()) this.observer.dropped(commandText(command));
    this.waiting.clear();
    this.round.clear();
  }

  /** Drops the commands that wait, and kills the running one. */
  public kill(): void {
    this.clear();
    this.killing.abort();
  }

  /** Resolves when nothing runs or waits any more. */
  public async idle(): Promise<void> {
    await this.running;
  }

  private async drain(): Promise<void> {
    while (this.waiting.size > 0) {
      this.round = this.waiting;
      this.waiting = new Map();
      for (const [identity, { command, timeout }] of this.round) {
        this.round.delete(identity);
        await this.runOne(command, timeout);
      }
    }
    this.running = undefined;
  }

  private async runOne(command: Command, timeout: number): Promise<void> {
    const text = commandText(command);
    try {
      await this.run(command, { timeout, ending: this.ending });
      this.observer.done(text);
    } catch (error) {
      this.observer.failed(text, messageOf(error));
    }
  }
}
