// Writes docs/reference/command-line.md from what the commands say of themselves.
//   npx ts-node --transpile-only --project tools/tsconfig.json tools/command-line.ts
import * as fs from 'node:fs';
import * as path from 'node:path';
import { commandLinePage } from './command-line/page';

void commandLinePage().then((text) => fs.writeFileSync(path.join(__dirname, '..', 'docs', 'reference', 'command-line.md'), text));
