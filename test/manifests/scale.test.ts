import { Size } from 'cdk8s';
import { Persistence, RedisHaProps, Routing, Sentinel, Workload } from '../../lib';
import { install } from '../support/manifests';

const WORKLOADS = [undefined, ...Object.values(Workload)];
const PERSISTENCES = { emptyDir: Persistence.emptyDir(), volume: Persistence.volume(Size.gibibytes(2)) };
const SENTINELS = { sidecar: Sentinel.sidecar(), deployments: Sentinel.deployments() };
const ROUTINGS = { service: Routing.service(), podIp: Routing.podIp(), direct: Routing.direct() };

const CASES = WORKLOADS.flatMap((workload) => Object.entries(PERSISTENCES).flatMap(([kept, persistence]) => (
  Object.entries(SENTINELS).flatMap(([where, sentinel]) => Object.entries(ROUTINGS).map(([routing, way]): [string, RedisHaProps] => (
    [`${workload ?? 'no workload'}, ${kept}, ${where}, ${routing}`, { workload, persistence, sentinel, routing: way }]))))));

// A StatefulSet that scales down while its template changes deletes the pods that go and one that stays in the same moment.
test.each(CASES)('the number of servers alone changes nothing of their pods: %s', (_, props) => {
  const [first, ...others] = [1, ...props.sentinel?.count === undefined ? [] : [2], 3, 5].map((replicas) => JSON.stringify(install({ ...props, replicas }).get('StatefulSet', 'redis-server').spec.template, undefined, 1));
  for (const other of others) expect(other).toBe(first);
});
