import * as fs from 'node:fs';
import { Bench } from './bench';
import { repeat } from './statistics';
import { TemplateDaemon } from '../../test/e2e/support/template-daemon';
import { WatchedFile } from '../../test/e2e/support/watched-file';

const TIMEOUT_MILLIS = 30_000;
const LOG_CHARACTERS = 2000;
/** Pause between changes: each is a change of its own, as when pods move. */
const PAUSE_MILLIS = 20;
const MEBI = 1024 * 1024;

const TEMPLATE = `backend redis
{{- range pods "" "app=redis" }}{{ if .Status.PodIP }}
    server {{ .Name }} {{ .Status.PodIP }}:6379 check inter 1s
{{- end }}{{ end }}
# end
`;

/** What one run of kube-template showed; times in ms, memory in MiB. */
export interface FileRun {
  /** From the start of the process until the file was there. */
  readonly firstFile: number;
  /** From the API server's answer to a change until the file had it, for each change; 0 when the file was first. */
  readonly latencies: number[];
  /** The same from the moment when the change was sent. */
  readonly sinceSent: number[];
  /** The most resident memory, before and after the changes. */
  readonly memory: number;
}

/** Starts kube-template on a file with a line for each pod, and changes the address of one pod after another. */
export async function fileRun(bench: Bench, changes: number): Promise<FileRun> {
  const destination = bench.file('servers');
  fs.rmSync(destination, { force: true });
  const file = new WatchedFile(destination);
  const start = performance.now();
  const daemon = new TemplateDaemon(bench.flags(bench.template('servers', TEMPLATE), destination));
  try {
    const firstFile = await file.until('# end', TIMEOUT_MILLIS) - start;
    await pause(1000);
    const before = daemon.memory();
    const times = await repeat(changes, async (turn) => {
      const address = bench.address();
      const seen = file.until(` ${address}:6379`, TIMEOUT_MILLIS);
      const sent = performance.now();
      await bench.pods.move(bench.pods.names[turn % bench.pods.names.length]!, address);
      const answered = performance.now();
      const written = await seen;
      await pause(PAUSE_MILLIS);
      return { latency: Math.max(0, written - answered), sinceSent: written - sent };
    });
    return {
      firstFile,
      latencies: times.map(({ latency }) => latency),
      sinceSent: times.map(({ sinceSent }) => sinceSent),
      memory: Math.max(before, daemon.memory()) / MEBI,
    };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${daemon.log.slice(-LOG_CHARACTERS)}`);
  } finally {
    file.close();
    await daemon.stop();
  }
}

const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis));
