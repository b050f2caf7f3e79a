// Writes the tables of docs/how-to/migrating-from-*.md from what the code says of each key.
//   npx ts-node --transpile-only --project tools/tsconfig.json tools/helm-tables.ts
import * as fs from 'node:fs';
import * as path from 'node:path';
import { markdown, nestedRows, topRows } from './helm-tables/rows';
import { CHARTS } from '../lib/helm-values/detect';

for (const [file, chart] of [['redis-ha', 'redis-ha'], ['bitnami', 'redis']]) {
  const name = path.join(__dirname, '..', 'docs', 'how-to', `migrating-from-${file}.md`);
  const [head] = fs.readFileSync(name, 'utf8').split('\n## All keys\n');
  const tables = [
    '\n## All keys\n', '### At the top\n', markdown(topRows(CHARTS[chart])), '\n### Below\n',
    'A `.*` stands for all that is below.\n', markdown(nestedRows(CHARTS[chart])), '',
  ];
  fs.writeFileSync(name, `${head}${tables.join('\n')}`);
}
