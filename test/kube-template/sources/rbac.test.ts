import { ResourceRef } from '../../../lib/kube-template/kube';
import { rolesFor } from '../../../lib/kube-template/sources/rbac';

const ref = (plural: string, namespace?: string, name?: string, groupVersion = 'v1'): ResourceRef => ({ groupVersion, plural, namespace, name });
const summary = (...refs: ResourceRef[]) => rolesFor(refs, 'r').map(({ kind, metadata, rules }) => ({
  role: metadata.namespace ? `${kind} ${metadata.namespace}` : kind,
  rules: rules.map(({ apiGroups, resources, resourceNames, verbs }) => {
    expect(verbs).toEqual(['get', 'list', 'watch']);
    return [apiGroups.join(), resources.join(), ...resourceNames ?? []].join(' ');
  }),
}));

describe('roles', () => {
  test('are one for each namespace, with one rule for each group', () => {
    expect(summary(ref('services', 'b'), ref('pods', 'a'), ref('configmaps', 'a'), ref('deployments', 'a', undefined, 'apps/v1'))).toEqual([
      { role: 'Role a', rules: [' configmaps,pods', 'apps deployments'] },
      { role: 'Role b', rules: [' services'] },
    ]);
  });

  test('grant names where every use is by name', () => {
    expect(summary(ref('secrets', 'a', 'y'), ref('secrets', 'a', 'x'), ref('secrets', 'b', 'z'))).toEqual([
      { role: 'Role a', rules: [' secrets x y'] },
      { role: 'Role b', rules: [' secrets z'] },
    ]);
  });

  test('grant the collection where one use lists it, whatever the order', () => {
    expect(summary(ref('secrets', 'a', 'x'), ref('secrets', 'a'), ref('secrets', 'a', 'y'))).toEqual([{ role: 'Role a', rules: [' secrets'] }]);
  });

  test('are a ClusterRole for cluster-wide uses, which cover those in namespaces', () => {
    expect(summary(ref('pods', 'a'), ref('pods'), ref('nodes', undefined, 'n1'), ref('services', 'a'))).toEqual([
      { role: 'ClusterRole', rules: [' pods', ' nodes n1'] },
      { role: 'Role a', rules: [' services'] },
    ]);
  });

  test('for nothing are none', () => {
    expect(summary()).toEqual([]);
  });
});
