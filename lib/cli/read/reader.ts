import { X509Certificate } from 'node:crypto';
import { Addresses } from './addresses';
import { partsOf } from './answer';
import { directReading } from './direct-reading';
import { findInstallation, Installation, Member, MemberPod } from './installation';
import { lastChange } from './last-change';
import { proxyAnswer } from './proxy-answer';
import { MasterChange, ProxyReading, Reading, SentinelReading, ServerReading } from './reading';
import { sentinelAnswer } from './sentinel-answer';
import { serverAnswer } from './server-answer';
import { readAsset } from '../../manifests/assets';
import { CliError, EXIT } from '../base/command';
import { ExecSession } from '../kubectl/exec-session';
import { Kubectl } from '../kubectl/kubectl';
import { PortForward } from '../kubectl/port-forward';

const SCRIPT = 'tell-status.sh';
/** Lines of each agent's log that are looked at: it has one for each change. */
const LOG_LINES = '400';
/** Logs are read again after so many readings, as a change of the master shows at once anyway. */
const LOGS_EVERY = 5;

/** Reads an installation, once or again and again: connections into its pods stay open between. */
export class Reader {
  private readonly sessions = new Map<string, ExecSession>();
  private readonly forwards = new Map<string, PortForward>();
  private readings = 0;
  private change?: MasterChange;

  constructor(private readonly kubectl: Kubectl, private readonly name: string | undefined) {}

  /** Asks everybody at once. @throws CliError if the cluster does not let it */
  public async read(): Promise<Reading> {
    const installation = await findInstallation(this.kubectl, this.name);
    const kubectl = this.kubectl.in(installation.namespace);
    const addresses = new Addresses(installation.addresses);
    const at = new Date().toISOString();
    const [servers, sentinels, proxies, certificates, direct] = await Promise.all([
      Promise.all(installation.servers.map(async (member) => this.server(kubectl, member, addresses))),
      Promise.all(installation.sentinels.map(async (member) => this.sentinel(kubectl, member, addresses))),
      Promise.all(installation.proxies.map(async (member) => this.proxy(kubectl, member))),
      Promise.all(installation.proxies.map(async (member) => this.certificate(kubectl, member))),
      directReading(kubectl, installation),
      this.readings++ % LOGS_EVERY === 0 ? this.readLogs(kubectl, installation) : undefined,
    ]);
    const lives = [...servers.map(({ certificate }) => certificate), ...certificates].flatMap((one) => one ?? []);
    const [first] = lives.sort((a, b) => Date.parse(a.ends) - Date.parse(b.ends));
    return {
      name: installation.name,
      namespace: installation.namespace,
      at,
      servers: servers.map(({ reading }) => reading),
      sentinels,
      sentinelsBesideServers: installation.sentinelsBesideServers,
      proxies,
      direct,
      certificateBegins: first?.begins,
      certificateEnds: first?.ends,
      lastChange: this.change,
      hibernation: installation.hibernation,
    };
  }

  private async server(
    kubectl: Kubectl, { ordinal, pod }: Member, addresses: Addresses,
  ): Promise<{ readonly reading: ServerReading; readonly certificate?: Life }> {
    const text = await this.ask(kubectl, pod, 'server');
    if (text instanceof Error) return { reading: { ordinal, pod: pod?.reading, silence: text.message } };
    const answer = serverAnswer(text, addresses);
    // in the file is the one of the Secret, which the agent may refuse
    const inUse = typeof answer === 'string' ? undefined : answer.agent?.certificate;
    return { reading: { ordinal, pod: pod?.reading, ...answered(answer) }, certificate: inUse ? lifeTold(inUse) : lifeOf(text) };
  }

  private async sentinel(kubectl: Kubectl, { ordinal, pod }: Member, addresses: Addresses): Promise<SentinelReading> {
    const text = await this.ask(kubectl, pod, 'sentinel');
    return { ordinal, pod: pod?.reading, ...text instanceof Error ? { silence: text.message } : answered(sentinelAnswer(text, addresses)) };
  }

  private async proxy(kubectl: Kubectl, { ordinal, pod }: Member): Promise<ProxyReading> {
    if (pod?.statsPort === undefined) return { ordinal, pod: pod?.reading, silence: 'there is no pod' };
    const forward = found(this.forwards, pod.uid, () => new PortForward(kubectl, pod.reading.name, pod.statsPort!));
    try {
      return { ordinal, pod: pod.reading, answer: proxyAnswer(await forward.get('/stats;csv')) };
    } catch (error) {
      return { ordinal, pod: pod.reading, silence: (error as Error).message };
    }
  }

  /** Of the certificate that a HAProxy has. */
  private async certificate(kubectl: Kubectl, { pod }: Member): Promise<Life | undefined> {
    const text = pod?.hasCertificate ? await this.ask(kubectl, pod, 'proxy') : '';
    return text instanceof Error ? undefined : lifeOf(text);
  }

  /** @returns what the container says, or why it says nothing @throws CliError if nobody may ask */
  private async ask(kubectl: Kubectl, pod: MemberPod | undefined, container: string): Promise<string | Error> {
    if (pod === undefined) return new Error('there is no pod');
    const session = found(this.sessions, `${pod.uid} ${container}`, () => new ExecSession(kubectl, {
      pod: pod.reading.name, container, script: readAsset(`scripts/${SCRIPT}`), command: [SCRIPT, container],
    }));
    try {
      return await session.ask();
    } catch (error) {
      if (error instanceof CliError && error.exitCode === EXIT.notPermitted) throw error;
      return error as Error;
    }
  }

  private async readLogs(kubectl: Kubectl, { servers }: Installation): Promise<void> {
    const logs = await Promise.all(servers.map(async ({ ordinal, pod }): Promise<[number, string]> => [
      // who may not read logs, or finds none, is not told of the last change
      ordinal, pod === undefined ? '' : await kubectl.run('logs', pod.reading.name, '--container', 'agent', '--tail', LOG_LINES).catch(() => ''),
    ]));
    this.change = lastChange(new Map(logs)) ?? this.change;
  }
}

function found<T>(map: Map<string, T>, key: string, make: () => T): T {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

function answered<T>(answer: T | string): { readonly answer: T } | { readonly silence: string } {
  return typeof answer === 'string' ? { silence: answer } : { answer };
}

/** From when until when a certificate is good, ISO 8601. */
interface Life {
  readonly begins: string;
  readonly ends: string;
}

function lifeTold({ begins, ends }: Partial<Life>): Life | undefined {
  return begins === undefined || ends === undefined ? undefined : { begins, ends };
}

/** Of the certificate in an answer. */
function lifeOf(text: string): Life | undefined {
  try {
    const { validFrom, validTo } = new X509Certificate(partsOf(text).get('certificate') ?? '');
    return { begins: new Date(validFrom).toISOString(), ends: new Date(validTo).toISOString() };
  } catch {
    return undefined; // there is none
  }
}
