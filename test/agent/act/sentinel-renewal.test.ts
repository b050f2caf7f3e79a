import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { SentinelRenewal } from '../../../lib/agent/act/sentinel-renewal';
import { SentinelRestarts } from '../../../lib/agent/act/sentinel-restarts';
import { readCertificates, TlsConfig } from '../../../lib/agent/config/certificates';
import { Observation, SentinelView } from '../../../lib/agent/observe/observation';
import { Peers } from '../../../lib/agent/redis/peers';
import { ConnectionError, Endpoint, Reply } from '../../../lib/agent/redis/resp';
import { Log } from '../../../lib/log/log';
import { SecretFiles, TestCa } from '../../support/pki';

const SELF = 1;

/** A Sentinel as far as certificates go: it has the files that it started with, and takes others at a start. */
class Starting implements Endpoint {
  public down = false;
  /** What its node has, which is not always what others have. */
  public files = 'old';

  constructor(private readonly index: number, private readonly ended: number[], public mark: string | undefined = 'old') {}

  public async call(...command: string[]): Promise<Reply> {
    if (this.down) throw new ConnectionError('refused');
    if (command.join(' ') === 'ACL USERS') return ['default', ...this.mark === undefined ? [] : [`files-${this.mark}`]];
    if (command[0] !== 'SHUTDOWN') return 'OK';
    this.ended.push(this.index);
    this.mark = this.files;
    throw new ConnectionError('closed');
  }

  public async batch(): Promise<Reply[]> { return []; }
}

describe('Sentinels start again for a new certificate', () => {
  let ca: TestCa;
  let dir: string;
  let now: number;
  let ended: number[];
  let sentinels: Starting[];
  let renewal: SentinelRenewal;
  let taken: () => string | undefined;
  let view: (index: number) => Partial<SentinelView> | undefined;

  const log = new Log({ write: () => undefined });
  const config = (): TlsConfig => ({ dir, serverName: 'redis', clientCertificates: false });
  const write = (files: Partial<SecretFiles>) => Object.entries(files).forEach(([file, text]) => fs.writeFileSync(path.join(dir, file), text));
  const observation = () => ({
    sentinels: sentinels.map((_, index) => {
      const seen = view(index);
      const whole = { names: SELF, masterDown: false, failoverInProgress: false, otherSentinels: 2 };
      return seen && { ...whole, ...seen };
    }),
  }) as unknown as Observation;
  const agent = () => {
    const peers = { sentinels, clock: { now: () => now } } as unknown as Peers;
    return new SentinelRenewal(peers, config(), new SentinelRestarts(peers, SELF, log), () => taken());
  };
  const pass = async (seconds: number) => {
    for (let left = seconds; left > 0;) {
      const step = left >= 20 ? 10 : 1;
      left -= step;
      now += step * 1_000;
      await renewal.keep(observation());
    }
  };
  /** The Secret changes, on the agent's node and on those of the Sentinels. */
  const renew = async () => {
    write(ca.leaf());
    for (const sentinel of sentinels) sentinel.files = readCertificates(config()).id;
    await renewal.keep(observation());
  };

  beforeAll(() => { ca = new TestCa(); });
  afterAll(() => ca.remove());
  beforeEach(async () => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'renewal-'));
    write(ca.leaf());
    now = 0;
    ended = [];
    sentinels = [0, 1, 2].map((index) => new Starting(index, ended));
    view = () => ({});
    taken = () => { try { return readCertificates(config()).id; } catch { return undefined; } };
    renewal = agent();
    await renew();
  });
  afterEach(() => fs.rmSync(dir, { recursive: true }));

  test('three minutes after the files changed, when all nodes have them, and not before', async () => {
    await pass(179);
    expect(ended).toEqual([]);
    await pass(1);
    expect(ended).toEqual([0]);
  });

  test('files that change again are waited for again', async () => {
    await pass(170);
    await renew();
    await pass(179);
    expect(ended).toEqual([]);
  });

  test('one every ten seconds at most, each once', async () => {
    await pass(180);
    await pass(9);
    expect(ended).toEqual([0]);
    await pass(1);
    expect(ended).toEqual([0, 1]);
    await pass(1_000);
    expect(ended).toEqual([0, 1, 2]);
  });

  test.each([[[2], [0, 1]], [[1, 2], []]])('after a day without answers of %j, which may be lost for good: %j, as far as that is a majority', async (lost, expected) => {
    view = (index) => (lost.includes(index) ? undefined : {});
    for (const index of lost) sentinels[index].down = true;
    now += 23.9 * 3_600_000;
    await pass(100);
    expect(ended).toEqual([]);
    now += 0.1 * 3_600_000;
    await pass(100);
    expect(ended).toEqual(expected);
  });

  test.each<readonly [string, Partial<SentinelView> | undefined]>([
    ['does not answer', undefined],
    ['holds the master for down', { masterDown: true }],
    ['has a failover under way', { failoverInProgress: true }],
    ['names another master', { names: 2 }],
    ['names nobody', { names: 'nobody' }],
    ['does not know all others', { otherSentinels: 1 }],
    ['counts one more than there are', { otherSentinels: 3 }],
  ])('none while one of them %s', async (_, seen) => {
    view = (index) => (index === 2 ? seen : {});
    await pass(1_000);
    expect(ended).toEqual([]);
    view = () => ({});
    await pass(1);
    expect(ended).toEqual([0]);
    // the one that started comes back last of all
    view = (index) => (index === 0 ? seen : {});
    await pass(1_000);
    expect(ended).toEqual([0]);
  });

  test('none for files that do not fit together, and it waits again after that', async () => {
    await pass(100);
    const good = fs.readFileSync(path.join(dir, 'tls.key'), 'utf8');
    write({ 'tls.key': 'junk' });
    await pass(100);
    write({ 'tls.key': good });
    await renewal.keep(observation());
    await pass(179);
    expect(ended).toEqual([]);
    await pass(1);
    expect(ended).toEqual([0]);
  });

  test('none for files that the local server has not taken: a Sentinel would not start with them', async () => {
    const former = taken;
    taken = () => 'former';
    await pass(1_000);
    expect(ended).toEqual([]);
    taken = former;
    await renewal.keep(observation());
    await pass(179);
    expect(ended).toEqual([]);
    await pass(1);
    expect(ended).toEqual([0]);
  });

  test('one whose node had the former files is tried again after three minutes; the others go on', async () => {
    sentinels[0].files = 'old';
    await pass(180);
    await pass(30);
    expect(ended).toEqual([0, 1, 2]);
    sentinels[0].files = readCertificates(config()).id;
    await pass(140);
    expect(ended).toEqual([0, 1, 2]);
    await pass(20);
    expect(ended).toEqual([0, 1, 2, 0]);
    await pass(1_000);
    expect(ended).toHaveLength(4);
  });

  test('those that take certificates by themselves are let alone', async () => {
    for (const sentinel of sentinels) sentinel.mark = undefined;
    await pass(1_000);
    expect(ended).toEqual([]);
  });

  test('an agent that starts in the middle goes on with those that are left', async () => {
    await pass(180);
    expect(ended).toEqual([0]);
    renewal = agent();
    await pass(1_000);
    expect(ended).toEqual([0, 1, 2]);
  });

  test('one that does not answer when it is asked for its files is no reason to leave out the others', async () => {
    sentinels[0].call = async () => { throw new ConnectionError('timeout'); };
    await pass(1_000);
    expect(ended).toEqual([1, 2]);
  });
});
