import { parseServersState, ServerState } from './server-state';
import { ask, delay, NotLoaded, NotRunning, persist } from './socket';

/** HAProxy did not do what a command says. */
export class Refused extends Error {}

/** Where the worker takes commands. */
export interface RuntimeSockets {
  /** Path of the master socket. */
  readonly master?: string;
  /** Path of the worker's stats socket. Default: the worker is reached through the master socket. */
  readonly stats?: string;
}

/** Lines longer than HAProxy's buffer are refused, whose default is 16 kB. */
const MAX_LINE = 4000;
/** How long the master socket may refuse connections while HAProxy replaces itself, in ms. */
const REPLACEMENT = 500;
/** How long an answer may take, in ms: to a command, and to a question, which can be asked again. */
const ANSWER = { command: 5000, question: 1000 } as const;
/** How long the connections of a server that is removed may take to end, in ms. */
const REMOVAL = 2000;

/** What HAProxy prints when it has done something; no output at all is good too. */
const GOOD = new RegExp(`^(${[
  'New server registered\\.',
  'Server deleted\\.',
  'nothing changed',
  '(IP changed from|no need to change the addr|port changed from|no need to change the port).*',
].join('|')})$`);
/** What the master says in place of a worker that is not loaded yet. */
const NO_WORKER = /^Can't find the target (PID|CLI)/;
const STILL_CONNECTED = /still has connections attached/;

/** Commands for the worker. */
export class Runtime {
  private readonly path: string;
  private readonly prefix: string;
  /** Whether the worker has answered since HAProxy was last away. */
  private loaded = false;

  constructor(sockets: RuntimeSockets) {
    const path = sockets.stats ?? sockets.master;
    if (path === undefined) throw new Error("HAProxy's sockets are not given; expected the master's or the worker's");
    this.path = path;
    this.prefix = sockets.stats === undefined ? '@1 ' : '';
  }

  /** Whether somebody listens on the socket. */
  async running(): Promise<boolean> {
    try {
      await this.servers();
      return true;
    } catch (error) {
      if (error instanceof NotRunning) return false;
      throw error;
    }
  }

  /** The servers as the worker has them. */
  async servers(): Promise<ServerState[]> {
    return parseServersState(await this.send(['show servers state'], true));
  }

  /**
   * Runs commands in their order, many in a line.
   *
   * @throws Refused with command and answer, NotRunning, or Error when HAProxy does not answer
   */
  async run(commands: readonly string[]): Promise<void> {
    // What is sent through the master while the worker loads may get no answer. A command must not be repeated then, a question may.
    if (this.prefix !== '' && !this.loaded) await this.send(['show version'], true);
    for (const line of this.lines(commands)) {
      if (line[0].startsWith('del server ')) await this.remove(line[0]);
      else this.verify(line, await this.send(line));
    }
  }

  /** Groups commands into lines; those that may have to be repeated have lines of their own. */
  private lines(commands: readonly string[]): string[][] {
    const lines: string[][] = [];
    let length = Infinity;
    for (const command of commands) {
      const alone = command.startsWith('del server ');
      length += this.prefix.length + command.length + 2;
      if (alone || length > MAX_LINE) {
        lines.push([]);
        length = alone ? Infinity : this.prefix.length + command.length + 2;
      }
      lines[lines.length - 1].push(command);
    }
    return lines;
  }

  /** `del server`, repeated while sessions that were told to end have not. */
  private async remove(command: string): Promise<void> {
    const key = command.slice('del server '.length);
    const deadline = Date.now() + REMOVAL;
    let answer = await this.send([command]);
    while (STILL_CONNECTED.test(answer) && Date.now() < deadline) {
      await delay(10);
      await this.send([`shutdown sessions server ${key}`]);
      answer = await this.send([command]);
    }
    this.verify([command], answer);
  }

  private async send(commands: readonly string[], question: boolean = false): Promise<string> {
    const line = commands.map((command) => this.prefix + command).join('; ');
    const answer = await persist(() => this.attempt(line, question), REPLACEMENT, question);
    this.loaded = true;
    return answer;
  }

  private async attempt(line: string, question: boolean): Promise<string> {
    this.loaded = false;
    const answer = await ask(this.path, line, question ? ANSWER.question : ANSWER.command);
    if (NO_WORKER.test(answer)) throw new NotLoaded(`HAProxy answered "${answer.trim().slice(0, 200)}" to ${line.slice(0, 200)}`);
    return answer;
  }

  private verify(commands: readonly string[], answer: string): void {
    const bad = answer.split('\n').map((line) => line.trim()).find((line) => line !== '' && !GOOD.test(line));
    const asked = commands.length > 1 ? `${commands[0]}; … (${commands.length} commands)` : commands[0];
    if (bad !== undefined) throw new Refused(`HAProxy answered "${bad}" to ${asked}`);
    // Each command ends its answer with a line feed, even when it has nothing to say.
    if (answer.split('\n').length <= commands.length) throw new Refused(`HAProxy closed the connection during ${asked}`);
  }
}
