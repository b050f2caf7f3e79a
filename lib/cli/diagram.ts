import * as fs from 'node:fs';
import { CliError, Command, EXIT } from './base/command';
import { writeText } from './base/files';
import { parsed } from './base/options';
import { picturesOf } from './diagram/installations';
import { mermaidOf } from './diagram/mermaid';
import { objectsOf } from './diagram/objects';
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
    const { files, format, out } = read(args);
    const pictures = picturesOf(objectsOf(files));
    if (pictures.length === 0) throw new CliError(`there is no installation in ${files.join(', ')}`, EXIT.notFound);
    const drawn = FORMATS[format](pictures);
    if (out === undefined) terminal.print(drawn); else writeText(out, drawn);
    return 0;
  },
};

function read(args: readonly string[]): { readonly files: readonly string[]; readonly format: keyof typeof FORMATS; readonly out?: string } {
  const { values: { out, format = out?.endsWith('.svg') ? 'svg' : 'mermaid' }, positionals } = parsed(args, {
    format: { type: 'string' }, out: { type: 'string', short: 'o' },
  });
  if (!Object.hasOwn(FORMATS, format)) throw new CliError(`there is no format "${format}"; there are ${Object.keys(FORMATS).join(', ')}`, EXIT.usage);
  return { files: positionals.length > 0 ? positionals : synthesized(), format: format as keyof typeof FORMATS, out };
}

/** What `cdk8s synth` wrote. */
function synthesized(): string[] {
  const found = fs.existsSync('dist') ? fs.readdirSync('dist').filter((file) => file.endsWith('.k8s.yaml')).sort() : [];
  if (found.length === 0) throw new CliError('there is no dist/*.k8s.yaml: name the files, or run cdk8s synth first', EXIT.notFound);
  return found.map((file) => `dist/${file}`);
}
