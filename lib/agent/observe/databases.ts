import { pairs, repliesOf } from '../redis/replies';
import { Endpoint } from '../redis/resp';

/** How many databases a server has or, where it does not tell (CONFIG is forbidden), has needed for its keys until now; undefined where it does not answer. */
export async function databasesOf(server: Endpoint): Promise<number | undefined> {
  const replies = await repliesOf(server, [['CONFIG', 'GET', 'databases'], ['INFO', 'keyspace']]);
  if (replies === undefined || typeof replies[1] !== 'string') return undefined;
  const used = [...replies[1].matchAll(/^db(\d+):/gm)].map(([, database]) => Number(database) + 1);
  return Number(pairs(replies[0]).get('databases') ?? Math.max(0, ...used));
}
