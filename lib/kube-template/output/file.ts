import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { bytesOf } from '../../go-template';
import { messageOf } from '../../log/log';
import { makeFolder, readFile } from '../files';

/** How a file is written. */
export interface FileOptions {
  /** Default: the existing file's, 0644 for a new file. */
  readonly perms?: number;
  /** Numeric owner. Default: the existing file's. */
  readonly uid?: number;
  /** Numeric group. Default: the existing file's. */
  readonly gid?: number;
  /** Keep the replaced file as `FILE.bak`. */
  readonly backup?: boolean;
  /** Rewrite the file itself rather than swap it. */
  readonly inPlace?: boolean;
}

/** A file's text; undefined when there is no such file. @throws Error when it cannot be read, or is none */
export function readText(file: string): string | undefined {
  const stat = statOf(file);
  // A pipe would be waited for, a device be replaced.
  if (stat && !stat.isFile() && !stat.isDirectory()) throw new Error(`${file} is not a regular file; expected a file; "-" is standard output`);
  try {
    return stat && readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Is another one when somebody writes, replaces or removes the file. */
export function stampOf(file: string): string {
  try {
    const { ino, mtimeMs, size } = statOf(file) ?? {};
    return `${ino} ${mtimeMs} ${size}`;
  } catch (error) {
    return messageOf(error);
  }
}

/** The file itself, behind links, of which the last may lead to a file that is to be made. */
function behindLinks(file: string): string {
  if (statOf(file)) return fs.realpathSync(file);
  if (!fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) return path.resolve(file);
  return behindLinks(path.resolve(fs.realpathSync(path.dirname(file)), fs.readlinkSync(file)));
}

/** The permission bits, without the kind of file. */
const modeOf = (stat: fs.Stats): number => stat.mode % 0o10000;

function statOf(file: string): fs.Stats | undefined {
  return fs.statSync(file, { throwIfNoEntry: false });
}

/** Whether a file has another mode or owner than the options ask for. */
export function attributesDiffer(file: string, { perms, uid, gid }: FileOptions): boolean {
  const stat = statOf(file);
  if (!stat) return true;
  return (perms !== undefined && perms !== modeOf(stat)) || (uid !== undefined && uid !== stat.uid) || (gid !== undefined && gid !== stat.gid);
}

/** A text on its way to its destination. */
export class StagedFile {
  private readonly target: string;
  private readonly bytes: Buffer;
  private readonly existing?: fs.Stats;
  private staged?: string;

  constructor(destination: string, text: string, private readonly options: FileOptions = {}) {
    this.bytes = bytesOf(text);
    // A destination that is a link stays one.
    this.target = behindLinks(destination);
    this.existing = statOf(this.target);
  }

  /**
   * Writes the text to a temporary file: beside the destination, whose place it can then take in one step, or in the
   * system's folder for temporary files when the destination is rewritten in place.
   *
   * @returns the temporary file's path
   * @throws Error when it cannot be written; nothing is left behind
   */
  public stage(): string {
    if (this.staged) return this.staged;
    const folder = this.options.inPlace ? os.tmpdir() : path.dirname(this.target);
    if (!this.options.inPlace) makeFolder(folder);
    this.staged = path.join(folder, `.${path.basename(this.target)}.${randomBytes(6).toString('hex')}`);
    const file = fs.openSync(this.staged, 'wx', 0o600);
    try {
      fs.writeFileSync(file, this.bytes);
      if (!this.options.inPlace) this.setAttributes(file);
      fs.fsyncSync(file);
    } catch (error) {
      this.discard();
      throw error;
    } finally {
      fs.closeSync(file);
    }
    return this.staged;
  }

  /** Puts the text at the destination. @throws Error when it cannot; the destination is then as before, unless in place */
  public commit(): void {
    try {
      const staged = this.options.inPlace ? undefined : this.stage();
      if (this.options.backup && this.existing) fs.copyFileSync(this.target, this.target + '.bak');
      if (staged) this.swap(staged);
      else this.rewrite();
    } finally {
      this.discard();
    }
  }

  /** Removes the temporary file, if there is one. */
  public discard(): void {
    if (this.staged) fs.rmSync(this.staged, { force: true });
    this.staged = undefined;
  }

  private swap(staged: string): void {
    fs.renameSync(staged, this.target);
    const folder = fs.openSync(path.dirname(this.target), 'r');
    try {
      fs.fsyncSync(folder);
    } finally {
      fs.closeSync(folder);
    }
  }

  private rewrite(): void {
    makeFolder(path.dirname(this.target));
    const file = fs.openSync(this.target, this.existing ? 'r+' : 'w', 0o600);
    try {
      fs.writeFileSync(file, this.bytes);
      fs.ftruncateSync(file, this.bytes.length);
      this.setAttributes(file);
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
  }

  private setAttributes(file: number): void {
    const { perms, uid, gid } = this.options;
    const now = fs.fstatSync(file);
    const owner = uid ?? this.existing?.uid ?? now.uid;
    const group = gid ?? this.existing?.gid ?? now.gid;
    if (owner !== now.uid || group !== now.gid) {
      try {
        fs.fchownSync(file, owner, group);
      } catch (error) {
        // Keeping the old owner is a courtesy that only root can always do; setting one was asked for.
        if (uid !== undefined || gid !== undefined) throw error;
      }
    }
    const mode = perms ?? (this.existing ? modeOf(this.existing) : 0o644);
    // After the owner: a change of owner clears the set-id bits.
    if (mode !== modeOf(now)) fs.fchmodSync(file, mode);
  }
}
