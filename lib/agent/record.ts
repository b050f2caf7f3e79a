import * as fs from 'node:fs';
import * as path from 'node:path';
import { Claim, majorityOf, namedMaster, Observation, sentinelsWhere, ServerView } from './observation';

/** What is kept on the volume about the data beside it. */
export interface DataRecord {
  readonly term: number;
  readonly epoch: number;
  readonly master: boolean;
  readonly offset: number;
  readonly hasKeys: boolean;
  /** The process that held the data. */
  readonly runId: string;
  /** The replication stream that the data is of. */
  readonly streamId: string;
}

const FILE = 'redis-ha-record.json';

/** Keeps a {@link DataRecord} in a file of the data directory. */
export class RecordFile {
  private readonly file: string;
  private written = '';

  constructor(dataDir: string) {
    this.file = path.join(dataDir, FILE);
  }

  /** The record, or undefined when there is none that can be read. */
  read(): DataRecord | undefined {
    try {
      const value = JSON.parse(fs.readFileSync(this.file, 'utf8')) as Partial<DataRecord>;
      const { term, epoch, master, offset, hasKeys, runId, streamId } = value;
      if (![term, epoch, offset].every(Number.isSafeInteger) || typeof runId !== 'string' || typeof streamId !== 'string') return undefined;
      return { term: term!, epoch: epoch!, master: master === true, offset: offset!, hasKeys: hasKeys === true, runId, streamId };
    } catch {
      return undefined;
    }
  }

  /** Replaces the record. Forced to the disk, except for a mere progress of the offset. */
  write(record: DataRecord): void {
    const text = JSON.stringify(record);
    if (text === this.written) return;
    const identity = JSON.stringify({ ...record, offset: 0 });
    const lasting = this.written === '' || identity !== JSON.stringify({ ...JSON.parse(this.written), offset: 0 });
    const temporary = `${this.file}.new`;
    const descriptor = fs.openSync(temporary, 'w', 0o600);
    try {
      fs.writeSync(descriptor, text);
      if (lasting) {
        fs.fsyncSync(descriptor);
      }
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(temporary, this.file);
    this.written = text;
  }
}

/** What a record is worth for the process that runs now. */
export function claimOf(record: DataRecord | undefined, self: ServerView): Claim {
  const nothing = { term: 0, epoch: 0, master: false, offset: 0, live: false };
  if (!record) return nothing;
  const live = record.runId === self.runId;
  // The volume has the record but not the data any more, or the data was in memory only.
  const lost = !live && !self.loading && record.hasKeys && !self.hasKeys;
  if (lost) return nothing;
  const { term, epoch, master, offset } = record;
  // Of a process that kept running, its own offset counts, not the recorded one.
  if (live) return { term, epoch, master, offset: 0, live };
  // An append-only file has what was recorded; a snapshot what there was when it was taken, and Redis tells of which stream and where in it.
  const known = self.streamId === record.streamId ? self.offset : self.appendOnly ? offset : 0;
  return { term, epoch, master: master && known >= offset, offset: known, live };
}

const CLAIM = /^redis-ha:t(\d+)\.e(\d+)\.m([01])\.o(\d+)\.l([01])$/;

/** A claim as the name of a connection. */
export function formatClaim(claim: Claim): string {
  return `redis-ha:t${claim.term}.e${claim.epoch}.m${Number(claim.master)}.o${claim.offset}.l${Number(claim.live)}`;
}

/** The claim among the connections of a server, as `CLIENT LIST` tells them. */
export function findClaim(clientList: string): Claim | undefined {
  for (const line of clientList.split('\n')) {
    const match = CLAIM.exec(/ name=(\S*)/.exec(line)?.[1] ?? '');
    if (match) {
      return {
        term: Number(match[1]), epoch: Number(match[2]), master: match[3] === '1', offset: Number(match[4]), live: match[5] === '1',
      };
    }
  }
  return undefined;
}

/** The highest configuration epoch among the Sentinels that name this server. */
export function epochOf(sentinels: Observation['sentinels'], named: number): number {
  return Math.max(0, ...sentinelsWhere(sentinels, view => view.names === named).map(index => sentinels[index]!.epoch));
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
  if (!view || view.loading || typeof named !== 'number') return old;
  const present = { offset: view.offset, hasKeys: view.hasKeys, runId: view.runId, streamId: view.streamId };
  if (named === self && view.role === 'master') {
    const epoch = epochOf(observation.sentinels, self);
    const term = old?.term ?? 1;
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

/** A server that may become the master, with what is known of its data. */
export interface Candidate {
  readonly ordinal: number;
  readonly view: ServerView;
  readonly claim: Claim;
}

/** All servers that answer and whose agents speak. */
export function candidatesIn(observation: Observation): Candidate[] {
  return observation.servers.flatMap((view, ordinal) => view?.claim ? [{ ordinal, view, claim: view.claim }] : []);
}

/**
 * The server with the best data: of the latest term and epoch, its master; but a replica whose memory is intact and that has
 * all the master had when last recorded beats a master that was restarted; then the longest stream; then the lowest ordinal.
 */
export function bestCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  const latest = candidates.reduce<Candidate[]>((best, each) => {
    const order = best.length === 0 ? 1 : each.claim.term - best[0].claim.term || each.claim.epoch - best[0].claim.epoch;
    return order > 0 ? [each] : order === 0 ? [...best, each] : best;
  }, []);
  const master = latest.find(each => each.claim.master);
  if (master && (master.claim.live || !latest.some(each => outlived(each, master)))) return master;
  const eligible = master ? latest.filter(each => outlived(each, master)) : latest;
  return [...eligible].sort((a, b) => position(b) - position(a) || Number(b.view.hasKeys) - Number(a.view.hasKeys) || a.ordinal - b.ordinal)[0];
}

/** A replica that kept running and has at least what the restarted master is known to have had. */
export function outlived(replica: Candidate, master: Candidate): boolean {
  return replica !== master && replica.claim.live && position(replica) >= master.claim.offset;
}

/** Whether the first one's data is certainly not the latest: it may be of a lost configuration, or a snapshot from before. */
export function isOlder(one: Candidate, other: Candidate): boolean {
  if (one.claim.term !== other.claim.term) return one.claim.term < other.claim.term;
  if (one.claim.epoch !== other.claim.epoch) return one.claim.epoch < other.claim.epoch;
  return !one.claim.master && position(one) < position(other);
}

function position(candidate: Candidate): number {
  return candidate.claim.live ? candidate.view.offset : candidate.claim.offset;
}

/** A term above all that anybody remembers. */
export function nextTerm(observation: Observation, own: DataRecord | undefined): number {
  return Math.max(own?.term ?? 0, ...candidatesIn(observation).map(each => each.claim.term)) + 1;
}

/** Whether enough servers answer to choose the best. */
export function seesMajority(observation: Observation): boolean {
  return candidatesIn(observation).length >= majorityOf(observation.servers.length);
}
