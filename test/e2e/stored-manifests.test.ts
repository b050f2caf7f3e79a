import { EXAMPLES, synthExample } from '../support/examples';
import { Manifest } from '../support/manifests';
import { Api } from './support/api';
import { CustomKinds } from './support/custom-kinds';
import { Namespace } from './support/namespace';
import { StoredForm } from './support/stored-form';

/** Server-side apply, which tracks the owner of each field, as GitOps tools use it. */
const SERVER_SIDE = ['--server-side', '--field-manager=gitops'];

const api = new Api();
let stored: StoredForm;
let kinds: CustomKinds;

beforeAll(async () => {
  kinds = await CustomKinds.define(api);
  stored = await StoredForm.load(api);
});

afterAll(async () => {
  await kinds?.remove();
  api.close();
});

describe.each(EXAMPLES)('example %s', (name) => {
  const manifests = synthExample(name);
  let namespace: Namespace;

  beforeAll(async () => {
    namespace = await Namespace.create('stored');
    await namespace.forbidPods();
    await namespace.apply(manifests);
  });

  afterAll(() => namespace?.remove());

  it('is stored by the API server as it is written', async () => {
    const ours = manifests.filter((one) => !isUsersWorkload(one));
    const objects = await namespace.stored(ours);
    expect(namespace.placed(ours).flatMap((written, index) => stored.differences(written, objects[index]!))).toEqual([]);
    expect(objects.length).toBeGreaterThan(0);
  });

  it('shows no difference in kubectl diff', async () => {
    expect(await namespace.diff(manifests)).toBe('');
  });

  it('changes nothing when it is applied again', async () => {
    const before = await content();
    await namespace.apply(manifests);
    expect(await content()).toEqual(before);
  });

  it('changes nothing when it is applied again by server-side apply', async () => {
    await namespace.apply(manifests, ...SERVER_SIDE, '--force-conflicts');
    const [before, owned] = [await content(), await fieldsOf('gitops')];
    await namespace.apply(manifests, ...SERVER_SIDE);
    expect(await content()).toEqual(before);
    expect(await fieldsOf('gitops')).toEqual(owned);
    expect(owned).toHaveLength(manifests.length);
  });

  /** All that the objects are, without what controllers report in them. */
  async function content(): Promise<unknown[]> {
    return (await namespace.stored(manifests)).map(({ status, ...object }) => {
      const { managedFields, resourceVersion, annotations, ...metadata } = object.metadata as any;
      const { 'deployment.kubernetes.io/revision': revision, ...ours } = annotations ?? {};
      // of an object with a status the version counts what controllers report
      return { ...object, metadata: { ...metadata, annotations: ours, resourceVersion: status === undefined ? resourceVersion : undefined } };
    });
  }

  /** What a manager owns of each object, and since when. */
  async function fieldsOf(manager: string): Promise<unknown[]> {
    return (await namespace.stored(manifests)).flatMap(({ metadata }: Manifest & { metadata: any }) => (
      metadata.managedFields.filter((one: any) => one.manager === manager && one.operation === 'Apply')));
  }
});

/** What a class of cdk8s-plus writes of the user's own workload is not ours to change. */
function isUsersWorkload({ kind, metadata }: Manifest): boolean {
  return kind === 'Deployment' && metadata.labels?.['app.kubernetes.io/name'] === undefined;
}
