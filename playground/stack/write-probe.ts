import type { Stack } from './stack';
import { judge } from '../../faults/judge';
import { Load } from '../../faults/probe/load';

/** What clients saw. */
export interface WriteReport {
  readonly acknowledged: number;
  /** Acknowledged writes that could not be read back. */
  readonly lost: number;
  /** Acknowledgements that one server gave while another gave some too. */
  readonly double: number;
  /** Longest time without an acknowledgement to anybody. In milliseconds. */
  readonly gapMs: number;
  /** How often each error was seen. */
  readonly errors: { readonly [text: string]: number };
}

/** Clients that write through HAProxy, keep in mind what was acknowledged, and read all of it back in the end. They are those of the fault suite. */
export class WriteProbe {
  private static started = 0;

  private readonly from = Date.now();
  private readonly load: Load;

  /** @param handshakeMs longest time until a connection can be used; those that take longer count as errors. Default: that of the fault suite */
  constructor(stack: Stack, private readonly writers = 2, handshakeMs?: number) {
    const addresses = stack.redis.announceServices.map(({ name }) => stack.serviceAddress(name));
    this.load = new Load({
      hosts: [stack.serviceAddress(stack.redis.host!.split('.')[0])],
      port: stack.redis.port!,
      readPort: stack.redis.readPort ?? stack.redis.port!,
      password: () => stack.password ?? '',
      tls: stack.tls && (() => stack.tls!),
      handshakeMs,
      writers,
      prefix: `probe:${process.pid}:${WriteProbe.started++}`,
      ordinalOf: (address) => addresses.indexOf(address),
    });
    // a test that fails half-way leaves it writing
    stack.whenItStops(async () => this.load.stop());
  }

  /** Writes that were acknowledged so far: when, by which server. */
  public get acknowledged(): readonly (readonly [at: number, server: number, ...rest: unknown[]])[] { return this.load.acknowledged; }

  /** How often each error was seen so far. */
  public get errors(): ReadonlyMap<string, number> { return this.load.errors; }

  /** Ends the writing, and asks for no report. */
  public async end(): Promise<void> {
    await this.load.stop();
  }

  /** Ends the writing and reads everything back, however long nobody answers. */
  public async stop(): Promise<WriteReport> {
    const until = Date.now();
    await this.load.stop();
    const { acknowledged, reads } = this.load;
    const errors = Object.fromEntries(this.load.errors);
    const lost = await this.load.lost();
    const { from, writers } = this;
    const verdict = judge([{ from, until, writers, acknowledged, lost, reads, errors, changes: [] }], { faultAt: from });
    return { acknowledged: verdict.acknowledged, lost: verdict.lost, double: verdict.double, gapMs: verdict.gapMs, errors };
  }
}
