import { Namespace } from './namespace';

/** What HAProxy answers to a command at its master socket, where kube-template is beside it. */
export async function haproxy(namespace: Namespace, pod: string, command: string): Promise<string> {
  return inKubeTemplate(namespace, pod, `require("net").connect("/run/redis-ha/master.sock").end(${JSON.stringify(`${command}\n`)}).pipe(process.stdout)`);
}

/** What a program of Node.js without quotes of its own, but for ", prints in the container of kube-template. */
export async function inKubeTemplate(namespace: Namespace, pod: string, program: string): Promise<string> {
  const { stdout, stderr, code } = await namespace.exec(pod, 'kube-template', `node -e '${program}'`);
  if (code !== 0) throw new Error(`${pod}: ${stderr}`);
  return stdout;
}
