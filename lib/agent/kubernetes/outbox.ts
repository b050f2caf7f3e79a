import { randomBytes } from 'node:crypto';
import { KubeApi, KubeError } from './kube-api';
import { Log, messageOf } from '../../log/log';
import { KubernetesConfig } from '../config/config';
import { Role } from '../observe/role';

/** Events that wait at most; older ones are dropped. */
const WAITING = 20;
/** Before it is tried again, longer each time. */
const RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** What Kubernetes takes as the text of an Event. */
const NOTE_LENGTH = 1_000;

/** Something that people should see. */
export interface Happening {
  /** In CamelCase. */
  readonly reason: string;
  readonly type: 'Normal' | 'Warning';
  readonly note: string;
  /** When it happened, in milliseconds since 1970. */
  readonly at: number;
}

/**
 * Brings Events and the label of the role to the API server, about the pod of this agent. Nobody waits for it and it never throws: what can't be written now is tried again, and
 * the log has a line when that begins, changes and ends.
 */
export class Outbox {
  private readonly pod: { readonly name?: string; readonly uid?: string };
  private api?: KubeApi;
  private events: { readonly name: string; readonly happening: Happening }[] = [];
  private role?: Role;
  private written?: Role;
  private failed = '';
  private busy = false;
  private closed = false;

  constructor(private readonly config: KubernetesConfig, private readonly env: NodeJS.ProcessEnv, private readonly log: Log) {
    this.pod = { name: env.POD_NAME, uid: env.POD_UID };
  }

  /** The role that the label has to show, unless the label is switched off. */
  public show(role: Role): void {
    if (!this.config.roleLabel) return;
    this.role = role;
    void this.deliver();
  }

  /** An Event to write, unless they are switched off. */
  public tell(happening: Happening): void {
    if (!this.config.events) return;
    // named here: one whose answer was lost is not written a second time
    this.events = [...this.events, { name: `${this.pod.name}.${randomBytes(8).toString('hex')}`, happening }].slice(-WAITING);
    void this.deliver();
  }

  public close(): void {
    this.closed = true;
    this.api?.close();
  }

  private async deliver(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    for (let wait = RETRY_MS; !this.closed && (this.role !== this.written || this.events.length > 0); wait = Math.min(2 * wait, LONGEST_RETRY_MS)) {
      // who may do one of them need not be allowed the other
      const problems = [await this.problemOf(async () => this.label()), await this.problemOf(async () => this.send())];
      const problem = [...new Set(problems)].filter(Boolean).join('; ');
      this.say(problem);
      if (problem !== '') await new Promise((resolve) => setTimeout(resolve, wait).unref());
    }
    this.busy = false;
  }

  private async problemOf(attempt: () => Promise<void>): Promise<string> {
    return attempt().then(() => '', messageOf);
  }

  private say(problem: string): void {
    if (problem === this.failed || this.closed) return;
    this.failed = problem;
    if (problem === '') this.log.info('kubernetes', 'role and Events are written again');
    else this.log.warn('kubernetes', `role or Events are not written, and tried again: ${problem}`);
  }

  /** Found when it is needed: an agent that lacks what it takes goes on. */
  private get server(): KubeApi {
    this.api ??= new KubeApi(this.config.accountDir, this.env);
    return this.api;
  }

  private async label(): Promise<void> {
    const { role, pod, config: { domain } } = this;
    if (role === undefined || role === this.written) return;
    const { server } = this;
    await server.apply(`/api/v1/namespaces/${server.namespace}/pods/${pod.name}`, {
      apiVersion: 'v1', kind: 'Pod', metadata: { ...pod, labels: { [`${domain}/role`]: role } },
    });
    this.written = role;
  }

  private async send(): Promise<void> {
    while (this.events.length > 0) {
      const [first] = this.events;
      await this.write(first);
      this.events = this.events.filter((one) => one !== first);
    }
  }

  private async write({ name, happening: { reason, type, note, at } }: typeof this.events[number]): Promise<void> {
    const { server, pod, config: { domain, labels } } = this;
    const { namespace } = server;
    await server.create(`/apis/events.k8s.io/v1/namespaces/${namespace}/events`, {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name, namespace, labels },
      regarding: { apiVersion: 'v1', kind: 'Pod', namespace, ...pod },
      reason,
      action: reason,
      type,
      note: note.slice(0, NOTE_LENGTH),
      // in microseconds
      eventTime: new Date(at).toISOString().replace('Z', '000Z'),
      reportingController: `${domain}/agent`,
      reportingInstance: pod.name,
    }).catch((error: KubeError) => {
      if (error.status !== 409) throw error;
    });
  }
}
