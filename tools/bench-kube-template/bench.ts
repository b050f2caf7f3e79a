import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Api } from '../../test/e2e/support/api';
import { Namespace } from '../../test/e2e/support/namespace';
import { accountFor } from '../../test/e2e/support/service-account';
import { addressOf, UnscheduledPods } from '../../test/e2e/support/unscheduled-pods';
import { until } from '../../test/e2e/support/until';

/** Pods of the API server that a template may list, an account that may read them, and a folder for files. */
export class Bench {
  /** Makes a namespace with all that belongs to it. */
  public static async create(): Promise<Bench> {
    const namespace = await Namespace.create('kube-template');
    const bench = new Bench(namespace);
    try {
      // no pod is accepted before the controllers have made the namespace's own account
      await until('a service account', 30_000, () => bench.api.get(`/api/v1/namespaces/${namespace.name}/serviceaccounts/default`));
      await accountFor(bench.api, namespace.name, bench.template('account', '{{ pods "" "" }}'), bench.kubeconfig);
      return bench;
    } catch (error) {
      await bench.remove();
      throw error;
    }
  }

  public readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-kube-template-'));
  public readonly api = new Api();
  public readonly pods: UnscheduledPods;
  private readonly kubeconfig = path.join(this.folder, 'kubeconfig');
  private addresses = 0;

  private constructor(private readonly namespace: Namespace) {
    this.pods = new UnscheduledPods(this.api, namespace.name);
  }

  /** Path of a file in the folder. */
  public file(name: string): string {
    return path.join(this.folder, name);
  }

  /** Writes a template and returns its path. */
  public template(name: string, text: string): string {
    const file = this.file(`${name}.tmpl`);
    fs.writeFileSync(file, text);
    return file;
  }

  /** Flags of kube-template that render a template with the account's rights. */
  public flags(template: string, destination: string): string[] {
    return ['--kubeconfig', this.kubeconfig, '-t', `${template}:${destination}`];
  }

  /** An address that no pod had before. */
  public address(): string {
    this.addresses += 1;
    return addressOf(192, this.addresses);
  }

  public async remove(): Promise<void> {
    this.api.close();
    fs.rmSync(this.folder, { recursive: true });
    await this.namespace.remove();
  }
}
