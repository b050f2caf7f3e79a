import * as fs from 'node:fs';
import * as path from 'node:path';

/** What kubectl answers. */
interface JobCluster {
  /** Where it keeps what it is told: `calls`, `created.json` and `deleted.json`. */
  readonly folder: string;
  /** What it is asked for with `get`, besides Jobs. */
  readonly asked: string;
  readonly items: readonly object[];
  /** Of each Job. */
  readonly status: object;
  readonly log: string;
}

/** Stands for the kubectl of a cluster in which Jobs end like this. @returns the program */
export function jobCluster({ folder, asked, items, status, log }: JobCluster): string {
  const file = (name: string) => path.join(folder, name);
  fs.writeFileSync(file('items.json'), JSON.stringify({ items }));
  fs.writeFileSync(file('log'), log);
  const program = file('kubectl');
  fs.writeFileSync(program, `#!/bin/sh
echo "$@" >>'${file('calls')}'
case "$*" in
  *'create -f -'*) cat >'${file('created.json')}' ;;
  *'delete '*) cat >'${file('deleted.json')}' ;;
  *'get job/'*) echo '${JSON.stringify({ status })}' ;;
  *'get ${asked}'*) cat '${file('items.json')}' ;;
  *'logs '*) cat '${file('log')}' ;;
esac
`, { mode: 0o755 });
  return program;
}
