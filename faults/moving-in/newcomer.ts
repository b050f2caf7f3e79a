import { Size } from 'cdk8s';
import { ExternalMaster, Persistence, RedisHaProps } from '../../lib/index';
import { kubectl } from '../cluster';
import { Installation, Manifest } from '../installation';
import { State } from '../probe/protocol';
import { Probed } from '../probe-pods';
import { HelmChart } from '../versus/helm-chart';

const SECRET = { name: 'old', key: 'password' };

function following({ host, namespace, port }: HelmChart, cutOver: boolean): RedisHaProps {
  return {
    persistence: Persistence.volume(Size.mebibytes(256)),
    follow: ExternalMaster.at(`${host}.${namespace}`, port, { passwordSecret: SECRET.name, passwordKey: SECRET.key, cutOver }),
  };
}

/** An installation that follows a release of the chart. Its probes write to that as long as it takes writes, and then here. */
export class Newcomer extends Installation {
  // clients that move must be let in on both sides
  protected override readonly password: string;

  constructor(namespace: string, private readonly old: HelmChart) {
    super(namespace, following(old, false));
    this.password = old.password;
  }

  public override async create(alter?: (manifests: Manifest[]) => void | Promise<void>): Promise<void> {
    await super.create(alter);
    // its pods wait for it
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: SECRET.name }, stringData: { [SECRET.key]: this.password } };
    kubectl(['-n', this.namespace, 'create', '-f', '-'], JSON.stringify(secret));
  }

  public state(): Promise<State> {
    return this.probes[0].state();
  }

  /** Tells it to take over, as somebody does who synthesizes anew. */
  public async cutOver(): Promise<void> {
    await this.change(following(this.old, true));
    await this.refreshFiles();
  }

  protected override probed(): Probed {
    const probed = super.probed();
    return { ...probed, hosts: [`${this.old.host}.${this.old.namespace}`, ...probed.hosts] };
  }
}
