import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { Api } from './api';
import { kubectl } from './kubectl';
import { BUNDLE } from './template-daemon';

const NAME = 'kube-template';
const TOKEN_SECONDS = 3600;

/** Writes a kubeconfig for a new account that may do in its namespace what `--print-rbac` says for a template, and nothing more. */
export async function accountFor(api: Api, namespace: string, template: string, kubeconfig: string): Promise<void> {
  const role = execFileSync(process.execPath, [BUNDLE, '-t', `${template}:-`, '--namespace', namespace, '--print-rbac'], { encoding: 'utf8' });
  await kubectl(['create', '-f', '-'], role);
  const binding = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: NAME } };
  const [roleRef, subjects] = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: NAME }, [{ kind: 'ServiceAccount', name: NAME, namespace }]];
  await api.create(`/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`, { ...binding, roleRef, subjects });
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  await api.create(accounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: NAME } });
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: TOKEN_SECONDS } };
  const { token } = (await api.create(`${accounts}/${NAME}/token`, request)).status;
  const admin = JSON.parse(await kubectl(['config', 'view', '--raw', '--minify', '--flatten', '-o', 'json']));
  const users = [{ name: NAME, user: { token } }];
  const contexts = [{ name: NAME, context: { cluster: admin.clusters[0].name, user: NAME, namespace } }];
  fs.writeFileSync(kubeconfig, JSON.stringify({ ...admin, users, contexts, 'current-context': NAME }), { mode: 0o600 });
}
