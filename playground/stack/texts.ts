import type { Mounts } from './folders';

/** Replaces the paths of a container by the folders that stand for them. */
export function withFolders(text: string, mounts: Mounts): string {
  return [...mounts].sort(([a], [b]) => b.length - a.length).reduce((result, [from, to]) => (
    result.replace(new RegExp(`(?<=^|[\\s"'=:])${from.replace(/[.\\]/g, '\\$&')}(?=$|[^\\w.-])`, 'gm'), to)), text);
}

/**
 * A file of a ConfigMap for a process that shares its network with all others: it listens at the pod's own address only, connects from it, and
 * finds its files in folders. Everything else stays as a cluster gets it.
 *
 * @param inside where the pod's processes listen
 */
export function adapted(name: string, text: string, inside: string, mounts: Mounts): string {
  if (name.endsWith('.js')) return text; // programs get their paths by arguments, and their network by pod-runtime.ts
  const placed = withFolders(text, mounts);
  switch (name) {
    case 'redis.conf':
    case 'sentinel.conf':
      return replaced(name, placed, /^bind .*$/m, `bind ${inside}\nbind-source-addr ${inside}`);
    case 'haproxy.cfg':
      return replaced(name, placed, /^defaults$/m, `defaults\n    source ${inside}`).replaceAll('127.0.0.1', inside);
    case 'start-proxy.sh':
      return replaced(name, placed, /BIND='::'; else BIND='0.0.0.0'/, `BIND='${inside}'; else BIND='${inside}'`);
    case 'start-exporter.sh':
      return replaced(name, placed, /BIND=''/, `BIND='${inside}'`);
    default:
      return name.endsWith('.sh') ? placed.replaceAll('127.0.0.1', inside) : placed;
  }
}

function replaced(name: string, text: string, from: RegExp, to: string): string {
  const result = text.replace(from, to);
  if (result === text) throw new Error(`${name} has no ${from}: playground/stack/texts.ts has to learn what it has instead`);
  return result;
}
