// Writes the dashboards into lib/assets/dashboards, which the library hands out as they are.
//   npm run dashboards
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fleet } from './fleet';
import { installation } from './installation';

const FOLDER = path.resolve(__dirname, '..', '..', 'lib', 'assets', 'dashboards');

for (const [file, dashboard] of Object.entries({ 'redis-ha-installation.json': installation(), 'redis-ha-fleet.json': fleet() })) {
  fs.writeFileSync(path.join(FOLDER, file), `${JSON.stringify(dashboard, undefined, 1)}\n`);
}
