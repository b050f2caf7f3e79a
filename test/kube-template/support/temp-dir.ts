import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** A directory for the files of one test. */
export class TempDir {
  public readonly path = fs.mkdtempSync(path.join(os.tmpdir(), 'kube-template-'));

  /** Writes a file in it and returns its path. */
  public write(name: string, content: string, mode = 0o600): string {
    const file = path.join(this.path, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
    fs.chmodSync(file, mode);
    return file;
  }

  /** Puts another file in the place of one, as kubelet does. */
  public replace(name: string, content: string): void {
    fs.renameSync(this.write(`${name}.new`, content), path.join(this.path, name));
  }

  public remove(): void { fs.rmSync(this.path, { recursive: true }); }
}
