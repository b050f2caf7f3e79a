import { run } from '../../lib/cli/program';

const HEAD = `# Command line

\`npx cdk8s-redis-ha COMMAND\`, of the package's own version. Commands that look at an installation go through your kubectl, with your rights; \`KUBECTL\` names another program. Written by \`tools/command-line.ts\`
from what \`--help\` prints.

| exit status | of all commands |
| --- | --- |
| 0 | done, or healthy |
| 1, 2 | of \`status\`, \`doctor\`, \`import\` and \`diagram\`: what their help says |
| 64 | the command line is wrong |
| 65 | it can't be done as things are, and nothing was changed |
| 66 | there is no such installation |
| 69 | kubectl is not installed, or the cluster does not answer |
| 70 | begun and not done; or a fault of this program, with its stack |
| 77 | the cluster does not permit what the command needs |
| 130 | ended by Ctrl-C, before there was anything to tell |

How they are used: [status and doctor](status.md), [day 2](../how-to/day-2.md), [larger volumes](../how-to/growing.md), [backups](../how-to/backup.md), from Helm charts ([redis-ha](../how-to/migrating-from-redis-ha.md),
[Bitnami](../how-to/migrating-from-bitnami.md)), [a picture](../how-to/diagram.md). The package has a second program, \`kube-template\`: [its manual](kube-template.md).
`;

/** What the program prints. */
async function printed(...args: string[]): Promise<string> {
  let text = '';
  const print = (more: string) => void (text += more);
  const size = () => ({ columns: 80, rows: 24 });
  await run(args, { print, printError: print, isTerminal: false, size, env: {}, signal: new AbortController().signal });
  return text;
}

/** docs/reference/command-line.md. */
export async function commandLinePage(): Promise<string> {
  const commands = [...(await printed('--help')).matchAll(/^ {2}([a-z]+) +(.*)$/gm)];
  const sections = await Promise.all(commands.map(async ([, name, summary]) => {
    const sentence = `${summary[0].toUpperCase()}${summary.slice(1)}.`;
    return `## ${name}\n\n${sentence}\n\n\`\`\`text\n${await printed(name, '--help')}\`\`\`\n`;
  }));
  return [HEAD, ...sections].join('\n');
}
