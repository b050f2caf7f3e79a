import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { DATA, OracleCase } from './cases';

/** What a template gives: the output, or an error and the line it is in, if that is known. */
export interface Answer {
  readonly output?: string;
  readonly error?: string;
  readonly line?: number;
}

/** Whether Go is installed. */
export function hasGo(): boolean {
  return spawnSync('go', ['version']).status === 0;
}

/** The answers of Go to the cases, in their order. */
export function askGo(cases: readonly OracleCase[]): Answer[] {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'oracle-'));
  try {
    const program = path.join(folder, 'oracle');
    execFileSync('go', ['build', '-o', program, '.'], { cwd: __dirname });
    const input = cases.map((one) => ({ left: '', right: '', missingKey: 'default', data: DATA, ...one }));
    return JSON.parse(execFileSync(program, { input: JSON.stringify(input), maxBuffer: 2 ** 26, encoding: 'utf8' })) as Answer[];
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
