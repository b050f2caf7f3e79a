/** An error that the server answered, such as `NOAUTH Authentication required.` */
export class ReplyError extends Error {
  public override readonly name = 'ReplyError';
}

/** The server could not be asked, or did not answer in time. */
export class ConnectionError extends Error {
  public override readonly name = 'ConnectionError';

  constructor(message: string, /** `ECONNREFUSED`, `ETIMEDOUT` and the like. */ public readonly code?: string) {
    super(message);
  }
}

/** Whether nobody takes connections: a server that stops removes its Unix socket; one that is killed leaves it. */
export function isGone(error: unknown): boolean {
  return ['ECONNREFUSED', 'ENOENT'].includes((error as { code?: string }).code ?? '');
}

/** A reply of Redis or Sentinel. */
export type Reply = string | number | null | ReplyError | Reply[];

/** How bytes become text, and text bytes: `latin1` keeps bytes that are no text as they are, in names of keys and in values. */
export type Encoding = 'utf8' | 'latin1';

/** Anything that answers commands in the Redis protocol. */
export interface Endpoint {
  /** Sends one command. Rejects with a {@link ReplyError} or a {@link ConnectionError}. */
  call(...command: string[]): Promise<Reply>;
  /** Sends commands together; an error reply of one of them is its result. Rejects with a {@link ConnectionError}. @param encoding default: `utf8` */
  batch(commands: string[][], encoding?: Encoding): Promise<Reply[]>;
}

/** A command as it is sent. */
export function encode(command: string[], encoding: Encoding = 'utf8'): string {
  const parts = command.map((word) => `$${Buffer.byteLength(word, encoding)}\r\n${word}\r\n`);
  return `*${command.length}\r\n${parts.join('')}`;
}

/** Cuts a stream of bytes into replies. */
export class ReplyParser {
  private buffer: Buffer = Buffer.alloc(0);

  /** @param encodingOf of a reply that comes next, by its place among them */
  constructor(private readonly encodingOf: (place: number) => Encoding = () => 'utf8') {}

  /** Replies that are complete after this chunk. Throws a {@link ConnectionError} when it is not the Redis protocol. */
  public parse(chunk: Buffer): Reply[] {
    this.buffer = this.buffer.length === 0 ? chunk : Buffer.concat([this.buffer, chunk]);
    const replies: Reply[] = [];
    let at = 0;
    for (;;) {
      const found = this.read(at, this.encodingOf(replies.length));
      if (!found) break;
      replies.push(found.reply);
      at = found.end;
    }
    this.buffer = this.buffer.subarray(at);
    return replies;
  }

  private read(start: number, encoding: Encoding): { reply: Reply; end: number } | undefined {
    const lineEnd = this.buffer.indexOf('\r\n', start);
    if (lineEnd < 0) return undefined;
    const text = this.buffer.toString('utf8', start + 1, lineEnd);
    const after = lineEnd + 2;
    switch (this.buffer[start]) {
      case 0x2b: return { reply: text, end: after };
      case 0x2d: return { reply: new ReplyError(text), end: after };
      case 0x3a: return { reply: Number(text), end: after };
      case 0x24: return this.readBulk(Number(text), after, encoding);
      case 0x2a: return this.readArray(Number(text), after, encoding);
      default: throw new ConnectionError('answer is not in the Redis protocol');
    }
  }

  private readBulk(length: number, start: number, encoding: Encoding): { reply: Reply; end: number } | undefined {
    if (length < 0) return { reply: null, end: start };
    const end = start + length;
    if (this.buffer.length < end + 2) return undefined;
    return { reply: this.buffer.toString(encoding, start, end), end: end + 2 };
  }

  private readArray(length: number, start: number, encoding: Encoding): { reply: Reply; end: number } | undefined {
    if (length < 0) return { reply: null, end: start };
    const items: Reply[] = [];
    let end = start;
    while (items.length < length) {
      const item = this.read(end, encoding);
      if (!item) return undefined;
      items.push(item.reply);
      end = item.end;
    }
    return { reply: items, end };
  }
}
