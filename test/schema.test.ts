import { EXAMPLES, synthExample } from './support/examples';
import { install, Manifest } from './support/manifests';
import { schemaErrors, VERSIONS } from './support/schema';

/** The field behind native sidecars, which this example asks for, came with 1.28. */
const NEEDS: { readonly [example: string]: string } = { valkey: '1.28' };

test('there are schemas for Kubernetes 1.27 to 1.33', () => {
  expect(VERSIONS).toEqual(['1.27', '1.28', '1.29', '1.30', '1.31', '1.32', '1.33']);
});

describe.each(VERSIONS)('Kubernetes %s', (version) => {
  test.each(EXAMPLES.filter((name) => version >= (NEEDS[name] ?? '1.27')))('knows every field of the example %s', (name) => {
    expect(synthExample(name).flatMap((manifest) => schemaErrors(version, manifest))).toEqual([]);
  });

  test('schemas find fields that do not exist, are missing, or have another type', () => {
    const service: Manifest = JSON.parse(JSON.stringify(install().get('Service', 'redis')));
    service.spec.portz = [];
    service.spec.ports[0].port = '6379';
    delete service.spec.ports[1].port;
    expect(schemaErrors(version, service)).toEqual([
      'Service.spec.ports[0].port must be numeric', 'Service.spec.ports[1] lacks port', 'Service.spec has no field portz',
    ]);
  });
});

test('Kubernetes 1.27 does not know native sidecars: the schemas tell versions apart', () => {
  const manifests = install({ nativeSidecars: true }).all;
  expect(manifests.flatMap((manifest) => schemaErrors('1.27', manifest))).toEqual([
    'StatefulSet.spec.template.spec.initContainers[0] has no field restartPolicy',
    'StatefulSet.spec.template.spec.initContainers[1] has no field restartPolicy',
  ]);
  expect(manifests.flatMap((manifest) => schemaErrors('1.28', manifest))).toEqual([]);
});
