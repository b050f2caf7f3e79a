import { ApiObject, Chart, Duration, JsonPatch, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';

/** An app of one pod, as Pod Security `restricted` wants it: a shell with redis-cli that waits for commands. */
export function app(chart: Chart, name: string, image: string): kplus.Deployment {
  const deployment = new kplus.Deployment(chart, name, {
    metadata: { name },
    replicas: 1,
    terminationGracePeriod: Duration.seconds(0),
    containers: [{
      name: 'app',
      image,
      imagePullPolicy: kplus.ImagePullPolicy.IF_NOT_PRESENT,
      command: ['sleep', '86400'],
      securityContext: { user: 1000 },
      resources: { cpu: { request: kplus.Cpu.millis(10) }, memory: { request: Size.mebibytes(16), limit: Size.mebibytes(64) } },
    }],
  });
  const spec = '/spec/template/spec';
  ApiObject.of(deployment).addJsonPatch(
    JsonPatch.add(`${spec}/securityContext/seccompProfile`, { type: 'RuntimeDefault' }),
    JsonPatch.add(`${spec}/containers/0/securityContext/capabilities`, { drop: ['ALL'] }),
  );
  return deployment;
}
