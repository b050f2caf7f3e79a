import * as fs from 'node:fs';

/**
 * Whether HAProxy may not have read the lines of its file that only a reload makes known. Kept in a file, so that the next
 * kube-template knows when this one ends between the file and the reload.
 */
export class ReloadDue {
  private due?: boolean;

  /** @param path of the file that exists while a reload is due. Default: none, it is forgotten at the end */
  constructor(private readonly path?: string) {}

  /** The file is looked for when this is first asked: until then another may be at work, as while a configuration is read anew. */
  public get value(): boolean {
    this.due ??= this.path !== undefined && fs.existsSync(this.path);
    return this.due;
  }

  /** To be called before HAProxy's file changes, as nothing can be noted after an end. */
  public announce(): void {
    this.due = this.value;
    if (this.path !== undefined) fs.writeFileSync(this.path, '');
  }

  /** The reload was not to be had. */
  public set(): void {
    this.due = true;
  }

  public clear(): void {
    this.due = false;
    if (this.path !== undefined) fs.rmSync(this.path, { force: true });
  }
}
