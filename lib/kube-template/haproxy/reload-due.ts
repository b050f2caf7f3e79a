import * as fs from 'node:fs';
import * as path from 'node:path';
import { makeFolder } from '../files';

/**
 * Whether HAProxy may not have read the lines of its file that only a reload makes known. Kept in a file, so that the next
 * kube-template knows when this one ends between the file and the reload.
 */
export class ReloadDue {
  private due?: boolean;

  /** @param file that exists while a reload is due. Default: none, it is forgotten at the end */
  constructor(private readonly file?: string) {}

  /** The file is looked for when this is first asked: until then another may be at work, as while a configuration is read anew. */
  public get value(): boolean {
    this.due ??= this.file !== undefined && fs.existsSync(this.file);
    return this.due;
  }

  /** To be called before HAProxy's file changes, as nothing can be noted after an end. */
  public announce(): void {
    this.due = this.value;
    if (this.file === undefined) return;
    makeFolder(path.dirname(path.resolve(this.file)));
    fs.writeFileSync(this.file, '');
  }

  /** The reload was not to be had. */
  public set(): void {
    this.due = true;
  }

  /** What was announced does not come, as the file is the former one again. */
  public withdraw(): void {
    if (!this.value) this.clear();
  }

  public clear(): void {
    this.due = false;
    if (this.file !== undefined) fs.rmSync(this.file, { force: true });
  }
}
