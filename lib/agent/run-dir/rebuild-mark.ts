import * as fs from 'node:fs';
import * as path from 'node:path';

/** Tells the start script of the server to drop its data. */
export class RebuildMark {
  private readonly file: string;

  constructor(runDir: string) {
    this.file = path.join(runDir, 'rebuild');
  }

  public set(): void {
    fs.writeFileSync(this.file, '');
  }

  /** @returns whether it was set */
  public clear(): boolean {
    if (!fs.existsSync(this.file)) return false;
    fs.rmSync(this.file, { force: true });
    return true;
  }
}
