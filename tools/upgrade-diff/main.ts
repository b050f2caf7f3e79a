// Tells what an upgrade does to installations: which pods it restarts, what apply refuses, what stays as it is.
//   npm run upgrade-diff -- FROM TO    each a revision of git, whose examples are synthesized, or a folder of synthesized YAML
import { report } from './report';
import { manifestsOf } from './sources';

const sources = process.argv.slice(2);
if (sources.length !== 2) {
  console.error('usage: npm run upgrade-diff -- FROM TO    each a revision of git or a folder of synthesized YAML');
  process.exit(64);
}
try {
  const [before, after] = sources.map(manifestsOf);
  process.stdout.write(report(before, after));
} catch (error) {
  console.error(`upgrade-diff: ${(error as Error).message}`);
  process.exit(66);
}
