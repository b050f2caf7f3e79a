import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Kubectl } from './kubectl';
import { CliError, EXIT } from '../base/command';

/** Between looks. In milliseconds. */
const LOOK_MS = 500;

/** A Job that is made for one answer. */
export interface OneJob {
  readonly name: string;
  /** The Job, and what it needs. */
  readonly objects: readonly object[];
  /** The container that tells the answer. */
  readonly container: string;
  /** Longest time that it may take. */
  readonly seconds: number;
  /** Ends the wait early. */
  readonly signal: AbortSignal;
}

/** How it ended. */
export interface JobEnd {
  readonly succeeded: boolean;
  /** What its container printed; empty if there is nobody left to ask. */
  readonly log: string;
}

/** A name that nobody else has: what is not ours is never removed. */
export function jobName(prefix: string): string {
  return `${prefix}-${randomBytes(3).toString('hex')}`;
}

/** Runs a Job to its end. All that it made is gone afterwards, however that ends. @throws CliError if it takes too long */
export async function runJob(kubectl: Kubectl, { name, objects, container, seconds, signal }: OneJob): Promise<JobEnd> {
  const input = JSON.stringify(objects.length === 1 ? objects[0] : { apiVersion: 'v1', kind: 'List', items: objects });
  try {
    await kubectl.runWith(['create', '-f', '-'], { input });
    for (const end = Date.now() + seconds * 1000; ; await setTimeout(LOOK_MS, undefined, { signal })) {
      const { status = {} } = await kubectl.get('job', name);
      if (status.succeeded > 0) return { succeeded: true, log: await kubectl.run('logs', `job/${name}`, '-c', container) };
      if (status.failed > 0) return { succeeded: false, log: await kubectl.run('logs', `job/${name}`, '-c', container).catch(() => '') };
      if (Date.now() > end) throw new CliError(`job/${name} was not done within ${seconds} s, see \`kubectl describe pod\``, EXIT.unavailable);
    }
  } finally {
    // what is left has a deadline
    await kubectl.runWith(['delete', '--wait=false', '--ignore-not-found', '-f', '-'], { input }).catch(() => undefined);
  }
}

/** The last line of a log, for errors of one line. */
export function lastLine(log: string): string {
  return log.trim().split('\n').at(-1) || 'it said nothing';
}
