import { execFileSync } from 'node:child_process';
import { LAB } from '../injection';

const COMPACT = `
const post = (path, body) => fetch("http://127.0.0.1:2379/v3/kv/" + path, { method: "POST", body: JSON.stringify(body) }).then((answer) => answer.json());
post("range", { key: "AA==" })
  .then(({ header }) => post("compaction", { revision: header.revision, physical: true }).then((answer) => console.log(header.revision, JSON.stringify(answer))));
`;

/** Makes etcd forget all that is not current. @returns the oldest revision that is left */
export function compact(): number {
  const [, revision, answer] = /^(\d+) (.*)$/m.exec(execFileSync(LAB!, ['exec', 'control', process.execPath, '-e', COMPACT], { encoding: 'utf8' }))!;
  if (answer!.includes('error')) throw new Error(`etcd does not compact: ${answer}`);
  return Number(revision);
}
