import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Size } from 'cdk8s';
import { runCli } from './support/cli';
import { Persistence } from '../../lib';
import { install } from '../support/manifests';

let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cli-asleep-')); });
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** A cluster with the objects of an installation that hibernates, and no pod. */
function cluster(): string {
  const { all } = install({ name: 'cache', persistence: Persistence.volume(Size.gibibytes(1)), hibernate: true });
  const items = all.filter(({ kind }: any) => ['StatefulSet', 'Deployment', 'Service'].includes(kind)).map((one: any) => ({ ...one, metadata: { namespace: 'shop', ...one.metadata } }));
  fs.writeFileSync(path.join(folder, 'items.json'), JSON.stringify({ items }));
  const program = path.join(folder, 'kubectl');
  fs.writeFileSync(program, `#!/bin/sh\ncase "$*" in *get*) cat '${folder}/items.json' ;; *) exit 1 ;; esac\n`, { mode: 0o755 });
  return program;
}

test.each(['status', 'doctor'])('%s says that it hibernates, and that all is as it is to be', async (command) => {
  const { status, out, err } = await runCli([command], { kubectl: cluster() });
  expect([status, err]).toEqual([0, '']);
  expect(out).toMatch(/^cache in namespace shop: hibernates {2}/);
  expect(out).toContain('hibernates: It hibernates: it has no pods, and its data waits on the volumes.');
});

test.each([['failover'], ['pause', '--for', '10m'], ['resume'], ['rebuild', '0'], ['roll']])('%s is refused at once', async (...args) => {
  const { status, out, err } = await runCli(args, { kubectl: cluster() });
  expect([status, out, err]).toEqual([65, '', `cdk8s-redis-ha ${args[0]}: cache has no servers: it hibernates\n`]);
});
