import { Claim } from './claim';
import { epochOf, Look, majorityOf, namedMaster, Observation, sentinelsWhere, ServerView } from './observation';
import { DataRecord } from './record-file';

/** The process that runs now was started without the data of the record: the volume has it no more, or it was in memory only. */
export function isLost(record: DataRecord | undefined, self: ServerView): boolean {
  return record !== undefined && record.runId !== self.runId && !self.loading && record.hasKeys && !self.hasKeys;
}

/** The data is a copy of a master outside, and never was that of this installation. */
export function isCopy(record: DataRecord | undefined): record is DataRecord {
  return record?.term === 0;
}

/** The server has gone on as the master since it was named last, and a majority names another one in later epochs. */
export function isReplaced(named: number, self: ServerView, record: DataRecord | undefined, sentinels: Look['sentinels']): boolean {
  if (!record?.master || record.runId !== self.runId || record.streamId !== self.streamId) return false;
  return sentinelsWhere(sentinels, (view) => view.names === named && view.epoch > record.epoch).length >= majorityOf(sentinels.length);
}

/**
 * What a record is worth for the process that runs now.
 *
 * @param imported how far the snapshot goes that an append-only log begins with
 */
export function claimOf(record: DataRecord | undefined, self: ServerView, imported: () => number = () => 0): Claim {
  const nothing = { term: 0, epoch: 0, master: false, offset: 0, live: false };
  if (record ? isLost(record, self) : !self.hasKeys) return nothing;
  // Of a former installation: among copies of one stream, who has more of it goes first.
  if (!record) return { ...nothing, offset: self.appendOnly ? imported() : self.offset };
  const live = record.runId === self.runId;
  const { term, epoch, master, offset } = record;
  // For a process that kept running, its current offset counts, not the recorded one.
  if (live) return { term, epoch, master, offset: 0, live };
  // An append-only file has what was recorded. An RDB file has what there was when it was saved, with its replication ID and offset.
  const known = self.streamId === record.streamId ? self.offset : self.appendOnly ? offset : 0;
  return { term, epoch, master: master && known >= offset, offset: known, live };
}

/**
 * The record after an observation: it moves only while the server agrees with the majority, and never back.
 *
 * @param masterClaim what the agent of the named master says, for a replica.
 */
export function nextRecord(
  old: DataRecord | undefined, self: number, observation: Observation, masterClaim: Claim | undefined,
): DataRecord | undefined {
  const view = observation.servers[self];
  const named = namedMaster(observation.sentinels);
  if (!view || view.loading) return old;
  const present = { offset: view.offset, hasKeys: view.hasKeys, runId: view.runId, streamId: view.streamId, backlog: view.backlog };
  // A copy of a master outside: nothing that counts against data of the installation, but how far it got.
  if (named === undefined && isCopy(old) && view.linkUp) return { ...present, term: 0, epoch: 0, master: false };
  if (typeof named !== 'number') return old;
  if (named === self && view.role === 'master') {
    const epoch = epochOf(observation.sentinels, self);
    const term = old?.term || 1;
    // Sentinels that all forgot count from 0 again: a new term keeps older records below.
    return { ...present, term: old && epoch < old.epoch ? term + 1 : term, epoch, master: true };
  }
  if (named !== self && view.role === 'slave' && view.follows === named && view.linkUp) {
    if (masterClaim?.master && masterClaim.term > 0) {
      return { ...present, term: masterClaim.term, epoch: masterClaim.epoch, master: false };
    }
    // Until the master's agent speaks, only the Sentinels tell how new the data is; a new term they can't know of.
    return old && { ...old, ...present, epoch: Math.max(old.epoch, epochOf(observation.sentinels, named)), master: false };
  }
  return old;
}
