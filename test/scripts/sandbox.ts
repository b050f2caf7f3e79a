import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const SCRIPTS = path.resolve(__dirname, '..', '..', 'lib', 'assets', 'scripts');

/** A folder with our scripts as a pod has them, and programs of ours first on PATH. */
export class Sandbox {
  public readonly root = fs.mkdtempSync(path.join(os.tmpdir(), 'scripts-'));
  public readonly run = this.folder('run');
  public readonly config = this.folder('config');
  public readonly bin = this.folder('bin');

  constructor() {
    for (const script of fs.readdirSync(SCRIPTS)) fs.copyFileSync(path.join(SCRIPTS, script), path.join(this.config, script));
    // any name resolves, to an address that shows which name was asked for
    this.program('getent', 'case $2 in *-1) echo "10.0.0.11 STREAM $2" ;; *) echo "10.0.0.10 STREAM $2" ;; esac');
  }

  /** A program that scripts find before the system's. */
  public program(name: string, body: string): string {
    const file = path.join(this.bin, name);
    fs.writeFileSync(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    return file;
  }

  /** A file in the folder of the configuration. */
  public write(name: string, text: string | Buffer): string {
    const file = path.join(this.config, name);
    fs.writeFileSync(file, text);
    return file;
  }

  /** Text of a file that a script wrote into the folder of the pod. */
  public read(name: string): string {
    return fs.readFileSync(path.join(this.run, name), 'utf8');
  }

  /** Runs a script under dash to its end. */
  public sh(script: string, env: { readonly [name: string]: string | undefined }, ...args: string[]) {
    return spawnSync('dash', [path.join(this.config, script), ...args], {
      encoding: 'utf8',
      timeout: 20_000,
      env: { PATH: `${this.bin}:${process.env.PATH}`, CONFIG_DIR: this.config, RUN_DIR: this.run, RESOLV_CONF: '/dev/null', ...env },
    });
  }

  public remove(): void {
    fs.rmSync(this.root, { recursive: true });
  }

  private folder(name: string): string {
    const folder = path.join(this.root, name);
    fs.mkdirSync(folder);
    return folder;
  }
}
