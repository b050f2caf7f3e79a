import * as fs from 'node:fs';
import * as path from 'node:path';

/** A file with a line for each pod, written by kube-template, of which every version is checked. */
export const TEMPLATE = `{{ range pods "" "app=redis" }}{{ .Name }} {{ .Status.PodIP }}
{{ end }}# end
`;

/** Watches such a file: no version of it may lack a pod. */
export class ServerList {
  /** What was wrong with versions of the file. */
  public readonly faults: string[] = [];
  public versions = 0;
  private readonly watcher: fs.FSWatcher;

  constructor(private readonly file: string, private readonly pods: number) {
    this.watcher = fs.watch(path.dirname(file), (_event, name) => {
      if (name === path.basename(file)) this.check();
    });
    this.check();
  }

  /** Its text; '' when there is none. */
  public get text(): string {
    return fs.existsSync(this.file) ? fs.readFileSync(this.file, 'utf8') : '';
  }

  /** Whether it says that a pod has this address. */
  public has(pod: string, address: string): boolean {
    return this.text.split('\n').includes(`${pod} ${address}`);
  }

  public close(): void {
    this.watcher.close();
  }

  private check(): void {
    const { text } = this;
    if (text === '') return;
    this.versions += 1;
    const lines = text.split('\n');
    const complete = lines.filter((line) => /^pod-\d+ [0-9.]+$/.test(line)).length;
    if (complete !== this.pods || lines.at(-2) !== '# end') this.faults.push(`version ${this.versions} has ${complete} of ${this.pods} pods`);
  }
}
