import { epochOf, Look } from '../observe/observation';
import { DataRecord } from '../observe/record-file';

/**
 * Whether the local server was promoted in the place of this master, and whoever did it was gone before the Sentinels knew: nobody else is to be promoted then,
 * and only its own agent is sure of that. It had every byte of the stream that the others have. A master that was replaced, or one that somebody
 * promoted while the other one went on, is none.
 *
 * @param record what is known of the local data; it does not change while no majority names the server that is master
 */
export function isBegun({ servers, sentinels }: Look, master: number, self: number, record: DataRecord | undefined): boolean {
  const view = servers[self];
  const former = view?.formerStream;
  if (view?.role !== 'master' || former === undefined || record?.runId !== view.runId) return false;
  const copiedIt = !record.master && record.streamId === former.id && record.epoch === epochOf(sentinels, master);
  return copiedIt && servers.every((other) => other?.follows !== master || (other.streamId === former.id && other.offset <= former.offset));
}
