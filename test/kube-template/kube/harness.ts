import { KubeConfig, KubeObject, Reflector, ReflectorOptions, Status, Timing } from '../../../lib/kube-template/kube';
import { makeCertificate } from '../support/certificate';
import { FakeApi, FakeApiOptions } from '../support/fake-api';
import { until } from '../support/until';

/** Times short enough for tests. Those not named are the defaults, which no test reaches. */
const QUICK: Partial<Timing> = { backoffMinMs: 5, backoffMaxMs: 40, deniedRetryMs: 60, stableMs: 300 };

const PODS = { groupVersion: 'v1', plural: 'pods', namespace: 'cache' };

const certificate = makeCertificate();

export function pod(name: string, podIP = '10.0.0.1', namespace = 'cache'): KubeObject {
  return { metadata: { name, namespace, labels: { app: 'redis' } }, status: { podIP } };
}

/** A fake server with reflectors on it, all stopped by `close`. */
export class Harness {
  public static async start(options: FakeApiOptions = {}): Promise<Harness> {
    return new Harness(await FakeApi.start({ certificate, ...options }));
  }

  private readonly reflectors: Reflector[] = [];

  private constructor(public readonly api: FakeApi) {}

  /** A started reflector with a record of what it emitted. */
  public follow(options: ReflectorOptions = {}, config: KubeConfig = this.api.config(), ref = PODS): Followed {
    const reflector = new Reflector(config, ref, { ...options, timing: { ...QUICK, ...options.timing } });
    const followed: Followed = { reflector, changes: 0, statuses: [] };
    reflector.on('change', () => followed.changes++);
    reflector.on('status', (status) => followed.statuses.push(status));
    this.reflectors.push(reflector);
    reflector.start();
    return followed;
  }

  /** The same, once it watches. */
  public async followed(options: ReflectorOptions = {}, config?: KubeConfig): Promise<Followed> {
    const followed = this.follow(options, config);
    await until(() => followed.reflector.connected && this.api.watcherCount > 0, 'first watch');
    return followed;
  }

  public async close(): Promise<void> {
    for (const reflector of this.reflectors) reflector.stop();
    await this.api.stop();
  }
}

export interface Followed {
  readonly reflector: Reflector;
  changes: number;
  readonly statuses: Status[];
}

/** Waits until the reflector has this pod with this address. */
export async function untilAddress({ reflector }: Followed, name: string, podIP: string, timeoutMs?: number): Promise<void> {
  await until(() => (reflector.get('cache', name)?.status as { podIP?: string } | undefined)?.podIP === podIP, `${name} at ${podIP}`, timeoutMs);
}

/** Proves that changes arrive: makes one and waits for it. */
let address = 0;
export async function expectFollowing(api: FakeApi, followed: Followed, timeoutMs?: number): Promise<void> {
  const podIP = `10.1.0.${++address}`;
  api.put('v1/pods', pod('probe', podIP));
  await untilAddress(followed, 'probe', podIP, timeoutMs);
}
