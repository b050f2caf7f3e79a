import { ProxyAnswer } from './reading';

/** Frontends that clients connect to. */
const FRONTS = ['write', 'write_plain', 'read', 'read_plain'];

/** What HAProxy's page of statistics says, as CSV. */
export function proxyAnswer(csv: string): ProxyAnswer {
  const [head, ...lines] = csv.trim().split('\n').map((line) => line.split(','));
  const [status, sessions] = ['status', 'scur'].map((name) => head.indexOf(name));
  const up = lines.filter((line) => line[status].startsWith('UP'));
  const ordinals = (pattern: RegExp): number[] => up.flatMap(([proxy, server]) => pattern.exec(`${proxy}/${server}`)?.slice(1).map(Number) ?? []).sort((a, b) => a - b);
  return {
    writes: ordinals(/^master_(\d+)\/R\d+$/),
    reads: ordinals(/^replicas\/R(\d+)$/),
    clients: lines.filter(([proxy, server]) => server === 'FRONTEND' && FRONTS.includes(proxy)).reduce((sum, line) => sum + Number(line[sessions]), 0),
  };
}
