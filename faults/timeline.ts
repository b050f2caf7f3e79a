import { Acknowledgement, Change, ProbeReport } from './probe/protocol';

/** A run for the eye. Times in milliseconds since the first probe began. */
export interface Timeline {
  readonly bucketMs: number;
  /** Acknowledged writes of each bucket by each server: `[server][bucket]`. */
  readonly acknowledged: readonly (readonly number[])[];
  readonly changes: readonly Change[];
  readonly marks: readonly { readonly at: number; readonly text: string }[];
}

const BUCKET_MS = 200;

export function timeline(reports: readonly ProbeReport[], servers: number, marks: readonly { at: number; text: string }[]): Timeline {
  const from = Math.min(...reports.map((report) => report.from));
  const until = Math.max(...reports.map((report) => report.until));
  const acknowledged = Array.from({ length: servers }, () => new Array<number>(Math.ceil((until - from) / BUCKET_MS) + 1).fill(0));
  const count = ([at, server]: Acknowledgement) => { if (server >= 0) acknowledged[server][Math.floor((at - from) / BUCKET_MS)]++; };
  for (const report of reports) report.acknowledged.forEach(count);
  return {
    bucketMs: BUCKET_MS,
    acknowledged,
    changes: reports[0].changes.map((change) => ({ ...change, at: change.at - from })),
    marks: marks.map(({ at, text }) => ({ at: at - from, text })),
  };
}
