// Writes the dashboards into lib/assets/dashboards, which the library hands out as they are.
//   npm run dashboards
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fleet } from './fleet';
import { installation } from './installation';

const FOLDER = path.resolve(__dirname, '..', '..', 'lib', 'assets', 'dashboards');

/** JSON with a panel a line: an upgrade's diff shows which panels change, and users' snapshots stay short. */
function text(dashboard: unknown): string {
  const { panels, ...rest } = JSON.parse(JSON.stringify(dashboard));
  const lines = panels.map((panel: unknown) => JSON.stringify(panel)).join(',\n');
  return `${JSON.stringify(rest).slice(0, -1)},\n"panels":[\n${lines}\n]}\n`;
}

for (const [file, dashboard] of Object.entries({ 'redis-ha-installation.json': installation(), 'redis-ha-fleet.json': fleet() })) {
  fs.writeFileSync(path.join(FOLDER, file), text(dashboard));
}
