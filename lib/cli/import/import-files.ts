import * as path from 'node:path';
import { IMPORT_EXIT, ImportArguments } from './arguments';
import { reportLines } from './report-lines';
import { detect, detectAll } from '../../helm-values/detect';
import { importFound } from '../../helm-values/import-values';
import { Create, trialOf } from '../../helm-values/install';
import { parseDocuments, tagText } from '../../helm-values/parts/yaml';
import { programOf } from '../../helm-values/program';
import { RedisHa } from '../../redis-ha/redis-ha';
import { Terminal } from '../base/command';
import { readText, unreadable, writeText } from '../base/files';

/** Ids of the chart and of the installation in the program: they make the default name `redis-ha`. */
const IDS = ['redis', 'ha'] as const;

/** Reads values, writes the program and the report. @returns the exit status */
export function importFiles(files: readonly string[], { chart, name, out, json }: ImportArguments, terminal: Terminal): number {
  const read = files.map((file) => documentOf(file, chart));
  const nameOf = (file: string): string => (file === '-' ? 'standard input' : path.basename(file));
  const found = detectAll(read.map(({ value }, index) => ({ name: nameOf(files[index]), value })), chart);
  const named = name ?? IDS.join('-');
  const create: Create<RedisHa> = (scope, id, props) => new RedisHa(scope, id, props);
  const result = importFound(found, { name: named, given: name, trial: trialOf(create, { name: named }) });
  const source = files.map(nameOf).join(', ');
  const imported = { ...result, lines: [...read.flatMap(({ lines }) => lines), ...result.lines] };
  const program = programOf(imported, { source, ids: IDS });
  const refused = imported.lines.some(({ fate }) => fate === 'refused');
  if (out !== undefined) writeText(out, program);
  const report = `${reportLines(imported, source).join('\n')}\n`;
  if (json) {
    terminal.print(`${JSON.stringify({ chart: imported.chart, keys: imported.lines, ...out === undefined ? { program } : { file: out } }, undefined, 2)}\n`);
  } else if (out !== undefined) {
    terminal.print(report);
  } else {
    terminal.print(program);
    terminal.printError(report);
  }
  return refused ? IMPORT_EXIT.refused : IMPORT_EXIT.whole;
}

interface ReadFile {
  readonly value: unknown;
  readonly lines: readonly { readonly key: string; readonly fate: 'noted' | 'foreign' | 'refused'; readonly text: string }[];
}

/** The document of a file that holds values: the first that does so beyond doubt, or else the first. */
function documentOf(file: string, chart: string | undefined): ReadFile {
  const parsed = parseDocuments(readText(file));
  if ('wrong' in parsed) throw unreadable(file, `it is no YAML: ${parsed.wrong}. A file that Helm or helmfile first has to fill in ({{ … }}) can't be read before`);
  const { documents: read, twice, tagged } = parsed.value;
  // what `kubectl get -o yaml` writes of several objects
  const [list] = read as any[];
  const documents = read.length === 1 && list?.kind === 'List' && Array.isArray(list.items) ? list.items as unknown[] : read;
  const numbered = documents.map((document, index) => ({ document, number: index + 1 }));
  const filled = numbered.filter(({ document }) => document !== undefined && document !== null);
  const sure = filled.filter(({ document }) => detect(document, chart).sure);
  const [{ document: value, number } = { document: {}, number: 1 }] = [...sure, ...filled];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unreadable(file, `it holds ${Array.isArray(value) ? 'a list' : 'a text or a number'}, and no keys`);
  const others = filled.filter((one) => one.number !== number);
  return {
    value,
    lines: [
      ...twice === undefined ? [] : [{ key: `${path.basename(file)} ${twice}`, fate: 'noted' as const, text: 'a key stands twice: as for Helm, the last one counts' }],
      // of other documents a line tells that they are not read, unless nothing is left of them
      ...tagged.filter((one) => one.document === number - 1 || one.path === '').map((one) => (
        { key: one.path === '' ? `${path.basename(file)} document ${one.document + 1}` : one.path, fate: 'refused' as const, text: tagText(one) })),
      ...others.map((one) => ({
        key: `${path.basename(file)} document ${one.number}`,
        ...sure.includes(one)
          ? { fate: 'refused' as const, text: `holds values too, and only document ${number} is read: give it a file of its own` }
          : { fate: 'foreign' as const, text: `only document ${number} is read, which holds the values` },
      })),
    ],
  };
}
