import * as fs from 'node:fs';
import * as path from 'node:path';

/** A file that is looked at whenever something happens in its folder. */
export class WatchedFile {
  private readonly watcher: fs.FSWatcher;
  private looks = new Set<() => void>();

  /** @param file need not be there yet, its folder does */
  constructor(private readonly file: string) {
    this.watcher = fs.watch(path.dirname(file), () => this.looks.forEach((look) => look()));
  }

  /** The text; '' when there is no file. */
  public get text(): string {
    return fs.existsSync(this.file) ? fs.readFileSync(this.file, 'utf8') : '';
  }

  /**
   * Resolves, with the time of performance.now(), when the file has this in its text.
   *
   * @throws after the time
   */
  public until(content: string, timeoutMillis: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!this.text.includes(content)) return;
        const at = performance.now();
        clearTimeout(timer);
        this.looks.delete(look);
        resolve(at);
      };
      const timer = setTimeout(() => {
        this.looks.delete(look);
        reject(new Error(`${this.file} has no ${content} after ${timeoutMillis} ms: ${this.text.slice(0, 500)}`));
      }, timeoutMillis);
      this.looks.add(look);
      look();
    });
  }

  public close(): void {
    this.watcher.close();
  }
}
