// Draws what `npx cdk8s-redis-ha status` shows of an installation, before and after its master died, for docs/images: it runs as processes of this machine.
//   npm run pictures:status     needs redis-server and haproxy, or HAPROXY
import * as fs from 'node:fs';
import * as path from 'node:path';
import { terminal } from './terminal';
import { run } from '../../lib/cli/program';
import { Stack, until } from '../../playground/stack';
import { StackKubectl } from '../../test/support/stack-kubectl';

const IMAGES = path.resolve(__dirname, '..', '..', 'docs', 'images');
const COMMAND = 'npx cdk8s-redis-ha status';

async function main(): Promise<void> {
  const stack = await Stack.up({ props: { name: 'cache' }, programs: { haproxy: process.env.HAPROXY ?? 'haproxy' } });
  const kubectl = await StackKubectl.start(stack);
  try {
    const ask = async (...more: string[]) => {
      let text = '';
      const status = await run(['status', ...more], {
        print: (told) => { text += told; },
        printError: (told) => { text += told; },
        isTerminal: more.length === 0,
        size: () => ({ columns: 200, rows: 60 }),
        env: { KUBECTL: kubectl.program },
        signal: new AbortController().signal,
      });
      return { status, text };
    };
    const draw = async (file: string) => {
      const { text } = await ask();
      fs.writeFileSync(path.join(IMAGES, file), terminal(`\u001b[2m$\u001b[m ${COMMAND}\n${text}`));
    };
    const shows = async (what: string, condition: (reading: any) => boolean) => {
      let told = '';
      await until(what, async () => {
        told = (await ask('--json')).text;
        return condition(JSON.parse(told));
      }, 120_000).catch((error: Error) => { throw new Error(`${error.message}\n${told}`); });
    };
    const master = await stack.converged();
    await shows('all is well', ({ health }) => health === 'healthy');
    await draw('status-healthy.svg');
    await stack.servers[master].kill();
    await shows('clients can write again', ({ health, lastChange }) => health === 'degraded' && lastChange?.from === master);
    await draw('status-degraded.svg');
  } finally {
    kubectl.stop();
    await stack.stop();
  }
}

main().then(() => process.exit(0), (error: unknown) => {
  console.error(error);
  process.exit(1);
});
