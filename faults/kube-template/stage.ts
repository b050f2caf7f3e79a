import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ServerList, TEMPLATE } from './server-list';
import { Api } from '../../test/e2e/support/api';
import { Namespace } from '../../test/e2e/support/namespace';
import { accountFor } from '../../test/e2e/support/service-account';
import { TemplateDaemon } from '../../test/e2e/support/template-daemon';
import { addressOf, UnscheduledPods } from '../../test/e2e/support/unscheduled-pods';
import { until } from '../../test/e2e/support/until';

/** More than one page of a list, so that a part of it could be taken for the whole. */
export const PODS = 600;
const TIMEOUT_MILLIS = 60_000;
const LOG_CHARACTERS = 2000;

/** A namespace with many pods that no node runs, and what follows them. */
export class Stage {
  /** Sets everything up. */
  public static async create(): Promise<Stage> {
    const stage = new Stage(await Namespace.create('kube-template'));
    const { api, namespace, template } = stage;
    await until('a service account', TIMEOUT_MILLIS, () => api.get(`/api/v1/namespaces/${namespace.name}/serviceaccounts/default`));
    fs.writeFileSync(template, TEMPLATE);
    await accountFor(api, namespace.name, template, stage.kubeconfig);
    await stage.pods.grow(PODS);
    return stage;
  }

  public readonly pods: UnscheduledPods;
  private readonly api = new Api();
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'faults-kube-template-'));
  private readonly template = path.join(this.folder, 'template');
  private readonly kubeconfig = path.join(this.folder, 'kubeconfig');
  private moves = 0;

  private constructor(public readonly namespace: Namespace) {
    this.pods = new UnscheduledPods(this.api, namespace.name);
  }

  /** Starts a kube-template of this host and gives it to `use` when its file is there. */
  public async withDaemon<T>(use: (list: ServerList, daemon: TemplateDaemon) => Promise<T>): Promise<T> {
    const file = path.join(fs.mkdtempSync(path.join(this.folder, 'out-')), 'servers');
    const list = new ServerList(file, PODS);
    const daemon = new TemplateDaemon(['--kubeconfig', this.kubeconfig, '-t', `${this.template}:${file}`, '--listen', '127.0.0.1:0']);
    try {
      await until('the first file', TIMEOUT_MILLIS, async () => list.text !== '');
      return await use(list, daemon);
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${daemon.log.slice(-LOG_CHARACTERS)}`);
    } finally {
      list.close();
      await daemon.stop();
    }
  }

  /** Gives a pod a new address. @returns pod and address */
  public async move(): Promise<[string, string]> {
    this.moves += 1;
    const pod = this.pods.names[this.moves * 7 % PODS]!;
    const address = addressOf(200, this.moves);
    await until('the API server takes a change', TIMEOUT_MILLIS, () => this.pods.move(pod, address).then(() => true));
    return [pod, address];
  }

  /** Waits until a file has an address. @returns milliseconds */
  public async seen(list: ServerList, [pod, address]: [string, string]): Promise<number> {
    const start = Date.now();
    await until(`${pod} at ${address} in the file`, TIMEOUT_MILLIS, async () => list.has(pod, address));
    return Date.now() - start;
  }

  public async remove(): Promise<void> {
    this.api.close();
    fs.rmSync(this.folder, { recursive: true });
    await this.namespace.remove();
  }
}
