import * as fs from 'node:fs';
import { parseArgs } from 'node:util';
import { CliError, Command, EXIT } from './base/command';
import { picturesOf } from './diagram/installations';
import { mermaidOf } from './diagram/mermaid';
import { DIAGRAM_EXIT, objectsOf } from './diagram/objects';
import { svgOf } from './diagram/svg';

const FORMATS = { mermaid: mermaidOf, svg: svgOf };

/** `cdk8s-redis-ha diagram` */
export const DIAGRAM: Command = {
  summary: 'draws installations from manifests, as Mermaid or SVG',
  usage: `[FILE…] [OPTION…]

Draws the installations of manifest files: pods, Services, who talks to whom, who is let in by NetworkPolicies, and what reads metrics. Asks no cluster.

  FILE               a manifest in YAML or JSON; "-" is standard input; default: dist/*.k8s.yaml
  --format FORMAT    mermaid or svg; default: svg if the file of --out is named so, else mermaid
  -o, --out FILE     where the picture is written; default: standard output

exit status: 0 drawn, 2 a file can't be read or written; 64 wrong usage, 66 there is no installation in the files`,
  run: async (args, terminal) => {
    const { files, format, out } = parsed(args);
    const pictures = picturesOf(objectsOf(files));
    if (pictures.length === 0) throw new CliError(`there is no installation in ${files.join(', ')}`, EXIT.notFound);
    const drawn = FORMATS[format](pictures);
    if (out === undefined) terminal.print(drawn); else write(out, drawn);
    return 0;
  },
};

function parsed(args: readonly string[]): { readonly files: readonly string[]; readonly format: keyof typeof FORMATS; readonly out?: string } {
  let read;
  try {
    read = parseArgs({ args: [...args], options: { format: { type: 'string' }, out: { type: 'string', short: 'o' } }, allowPositionals: true });
  } catch (error) {
    throw new CliError((error as Error).message.split('. ')[0], EXIT.usage);
  }
  const { values: { out, format = out?.endsWith('.svg') ? 'svg' : 'mermaid' }, positionals } = read;
  if (!Object.hasOwn(FORMATS, format)) throw new CliError(`there is no format "${format}"; there are ${Object.keys(FORMATS).join(', ')}`, EXIT.usage);
  return { files: positionals.length > 0 ? positionals : synthesized(), format: format as keyof typeof FORMATS, out };
}

/** What `cdk8s synth` wrote. */
function synthesized(): string[] {
  const found = fs.existsSync('dist') ? fs.readdirSync('dist').filter((file) => file.endsWith('.k8s.yaml')).sort() : [];
  if (found.length === 0) throw new CliError('there is no dist/*.k8s.yaml: name the files, or run cdk8s synth first', EXIT.notFound);
  return found.map((file) => `dist/${file}`);
}

function write(file: string, drawn: string): void {
  try {
    fs.writeFileSync(file, drawn);
  } catch (error) {
    throw new CliError(`${file} can't be written: ${(error as Error).message}`, DIAGRAM_EXIT.unreadable);
  }
}
