import { attempt, kubectl } from './kubectl';
import { until } from './until';

/** How a Job ended. */
export interface JobEnd {
  readonly type: 'Complete' | 'Failed';
  readonly reason?: string;
  /** Pods that failed. */
  readonly failed?: number;
  /** What all its containers said. */
  readonly log: string;
}

/** Waits for the end of a Job. */
export async function jobEnd(namespace: string, job: string, timeoutMillis: number): Promise<JobEnd> {
  const log = async () => (await attempt(['-n', namespace, 'logs', `job/${job}`, '--all-containers'])).stdout;
  const end = await until(`the end of ${job}`, timeoutMillis, async () => {
    const { status } = JSON.parse(await kubectl(['-n', namespace, 'get', 'job', job, '-o', 'json']));
    const last = (status.conditions ?? []).find(({ type }: any) => type === 'Complete' || type === 'Failed');
    if (!last) throw new Error(await log());
    return { type: last.type, reason: last.reason, failed: status.failed };
  });
  return { ...end, log: await log() };
}
