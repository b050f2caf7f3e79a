import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { run } from '../../lib/kube-template/program';
import { RoleObject } from '../../lib/kube-template/sources/index';

/** What `kube-template --print-rbac` prints for templates in a namespace. */
export async function printedRoles(templates: readonly { readonly name: string; readonly text: string }[], namespace: string): Promise<RoleObject[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'printed-roles-'));
  let printed = '';
  const print = (text: string) => { printed += text; };
  const flags = templates.flatMap(({ name, text }) => {
    fs.writeFileSync(path.join(folder, name), text);
    return ['--template', `${path.join(folder, name)}:-`];
  });
  const status = await run([...flags, '--namespace', namespace, '--print-rbac'], { print, printError: print, signals: process });
  fs.rmSync(folder, { recursive: true });
  if (status !== 0) throw new Error(printed);
  return printed.split('---\n').slice(1).map((text) => JSON.parse(text) as RoleObject);
}
