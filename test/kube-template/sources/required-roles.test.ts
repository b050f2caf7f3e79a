import { requiredRoles } from '../../../lib/kube-template/sources';

const roles = (text: string, selectorFirst = false) => requiredRoles([{ name: 't', text }], { namespace: 'own', selectorFirst });
/** What may be read: `namespace/resource` or `namespace/resource/name`, without a namespace in all. */
const readable = (text: string, selectorFirst = false) => roles(text, selectorFirst).flatMap(({ metadata: { namespace }, rules }) => (
  rules.flatMap(({ resources, resourceNames = [''] }) => (
    resources.flatMap((resource) => resourceNames.map((name) => [namespace, resource, name].filter(Boolean).join('/'))))))).sort();

describe('what templates may read', () => {
  test('is what they name', () => {
    const all = ['proxy'].flatMap((name) => requiredRoles(
      [{ name: 't', text: '{{ pods "cache" "app=redis" }}{{ secret "cache" "redis" }}{{ nodes }}' }], { namespace: 'own' }, name));
    expect(all).toEqual([
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'proxy' },
        rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] }],
      },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata: { name: 'proxy', namespace: 'cache' },
        rules: [
          { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
          { apiGroups: [''], resources: ['secrets'], resourceNames: ['redis'], verbs: ['get', 'list', 'watch'] },
        ],
      },
    ]);
  });

  test.each<[string, string[]]>([
    // what only the data leads to
    ['{{ range services }}{{ range pods "" "a=b" }}{{ end }}{{ end }}', ['own/pods', 'own/services']],
    ['{{ range services }}{{ range endpoints "" .Name }}{{ end }}{{ end }}', ['own/endpoints', 'own/services']],
    ['{{ range services }}{{ range pods "" (printf "app=%s" .Name) }}{{ end }}{{ end }}', ['own/pods', 'own/services']],
    ['{{ range services }}{{ range backends "" .Name }}{{ end }}{{ end }}', ['own/endpointslices', 'own/services']],
    ['{{ with pod "" "a" }}{{ (node .Spec.NodeName).Status.Phase }}{{ end }}', ['nodes', 'own/pods/a']],
    ['{{ if (pod "" "a").Status }}{{ pod "" "b" }}{{ else if nodes }}{{ pod "" "c" }}{{ else }}{{ pod "" "d" }}{{ end }}',
      ['nodes', 'own/pods/a', 'own/pods/b', 'own/pods/c', 'own/pods/d']],
    ['{{ range pods }}{{ else }}{{ nodes }}{{ end }}{{ with pods }}{{ else }}{{ namespaces }}{{ end }}', ['namespaces', 'nodes', 'own/pods']],
    ['{{ required "none" (pod "" "a") }}{{ pod "" "b" }}', ['own/pods/a', 'own/pods/b']],
    ['{{ range pods }}{{ break }}{{ end }}{{ fail "x" }}{{ nodes }}', ['nodes', 'own/pods']],
    ['{{ and (pod "" "a") (pod "" "b") }}{{ or nodes namespaces | len }}', ['namespaces', 'nodes', 'own/pods/a', 'own/pods/b']],
    // templates in templates
    ['{{ define "d" }}{{ pod . "x" }}{{ end }}{{ template "d" "a" }}{{ range pods }}{{ template "d" "b" }}{{ end }}', ['a/pods/x', 'b/pods/x', 'own/pods']],
    ['{{ define "r" }}{{ pod "" . }}{{ if ne . "aaa" }}{{ template "r" (print . "a") }}{{ end }}{{ end }}{{ template "r" "a" }}', ['own/pods']],
    ['{{ define "never" }}{{ nodes }}{{ end }}{{ block "b" "x" }}{{ pod "" . }}{{ end }}', ['own/pods/x']],
    // values that are known
    ['{{ $ns := "a" }}{{ if nodes }}{{ $ns = "b" }}{{ end }}{{ pods $ns }}', ['a/pods', 'b/pods', 'nodes']],
    ['{{ range $i, $n := list "a" "b" }}{{ pod $n (printf "p-%d" $i) }}{{ end }}', ['a/pods/p-0', 'a/pods/p-1', 'b/pods/p-0', 'b/pods/p-1']],
    ['{{ range splitList "," "a,b" }}{{ secret "" . }}{{ end }}', ['own/secrets/a', 'own/secrets/b']],
    ['{{ "x" | pod "a" }}{{ range 2 }}{{ pod "" (printf "p-%d" .) }}{{ end }}', ['a/pods/x', 'own/pods/p-0', 'own/pods/p-1']],
    ['{{ $d := dict }}{{ range pods }}{{ $_ := set $d .Name . }}{{ end }}{{ pod "" (get $d "x") }}', ['own/pods']],
    ['{{ $x := 0 }}{{ range pods }}{{ $x = add $x 1 }}{{ end }}{{ pod "" (printf "p-%d" $x) }}', ['own/pods']],
    ['{{ $last := "" }}{{ range pods }}{{ if $last }}{{ pod $last "x" }}{{ end }}{{ $last = "late" }}{{ end }}', ['late/pods/x', 'own/pods']],
    ['{{ define "one" }}{{ range secret .ns .name }}{{ end }}{{ pod "" .name }}{{ end }}{{ template "one" (dict "ns" "a" "name" "x") }}set-var',
      ['a/secrets/x', 'own/pods/x']],
    ['{{ define "r" }}{{ pod "" .n }}{{ template "r" (dict "n" (print .n "a")) }}{{ end }}{{ template "r" (dict "n" "") }}', ['own/pods']],
    ['{{ $d := dict "n" "x" }}{{ $d = set ($d) "n" "y" }}{{ pod "" $d.n }}', ['own/pods']],
    // what is in no namespace
    ['{{ list "v1" "nodes" }}{{ list "storage.k8s.io/v1" "storageclasses" "x=y" }}{{ list "example.com/v1" "storageclasses" }}',
      ['nodes', 'own/storageclasses', 'storageclasses']],
    // lists of Sprig read nothing
    ['{{ range services }}{{ join "," (list .Name "pods") }}{{ range list "apps/v1" "daemonsets" "*" }}{{ end }}{{ end }}', ['daemonsets', 'own/services']],
    ['{{ range services }}{{ range list "v1" "pods" "" .Name }}{{ end }}{{ end }}', ['own/pods', 'own/services']],
    ['{{ range secrets }}{{ secret "" .Name }}{{ end }}', ['own/secrets']],
  ])('%s', (text, expected) => {
    expect(readable(text)).toEqual(expected);
  });

  test.each([
    ['{{ range namespaces }}\n{{ range pods .Name }}{{ end }}{{ end }}', 'template: t:2:9: executing "t" at <pods .Name>: pods: only the data tells the namespace, so no role can be written'],
    ['{{ range namespaces }}{{ pod .Name "x" }}{{ end }}', 'pod: only the data tells the namespace'],
    ['{{ pods (env "NS") }}', 'pods: only the data tells the namespace'],
    ['{{ range pods }}{{ pods "app=x" .Namespace }}{{ end }}', 'pods: only the data tells the namespace'],
    ['{{ range pods }}{{ range list "v1" .Name }}{{ end }}{{ end }}', 'list: only the data tells the resource'],
    ['{{ range pods }}{{ secret "" .Name }}{{ end }}', 'secret: only the data tells the name of one in namespace "own", so all Secrets there could be read: name it, or list'],
    ['{{ range secrets "a" }}{{ secret "b" .Name }}{{ end }}', 'secret: only the data tells the name of one in namespace "b"'],
  ])('cannot be known of %s', (text, message) => {
    expect(() => readable(text)).toThrow(message);
  });

  test('depends on the order of arguments that is asked for', () => {
    const text = '{{ range services }}{{ pods .Name "shop" }}{{ end }}';
    expect(readable(text, true)).toEqual(['own/services', 'shop/pods']);
    expect(() => readable(text)).toThrow('only the data tells the namespace');
  });
});
