import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { BackupTarget, RedisHa } from '../../../lib';

/** What a reader of the documents has already: blocks of code may use these names without making them. */
export interface Given {
  readonly app: App;
  readonly chart: Chart;
  /** An installation of another chart of the same app. */
  readonly redis: RedisHa;
  readonly target: BackupTarget;
  readonly appDeployment: kplus.Deployment;
  readonly shop: kplus.Deployment;
  readonly web: kplus.Deployment;
}

export function given(): Given {
  const app = new App();
  const mine = new Chart(app, 'mine');
  const deployment = (id: string) => new kplus.Deployment(mine, id, { containers: [{ image: `${id}:1` }] });
  return {
    app,
    chart: new Chart(app, 'cache'),
    redis: new RedisHa(mine, 'redis'),
    target: BackupTarget.s3({ bucket: 'backups', credentialsSecret: 'backup-s3', passwordSecret: 'backup-key' }),
    appDeployment: deployment('app'),
    shop: deployment('shop'),
    web: deployment('web'),
  };
}
