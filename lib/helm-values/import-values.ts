import { Build } from './base/build';
import { Model } from './base/model';
import { Line, Report } from './base/report';
import { walk } from './base/walk';
import { CHARTS, detect, Found } from './detect';
import { accepted, Trial } from './trial';

/** What values become. */
export interface Imported {
  /** The chart that they are for. */
  readonly chart: string;
  readonly model: Model;
  /** What became of each key. */
  readonly lines: readonly Line[];
}

/** How values are imported. */
export interface ImportOptions {
  /** Name of the installation. */
  readonly name: string;
  /** The chart that they are for; found out if it is not given. */
  readonly chart?: string;
  /** A name that takes the place of that of the values. */
  readonly given?: string;
  readonly trial: Trial;
}

/** Values of a chart as an installation of this library. */
export function importValues(values: unknown, options: ImportOptions): Imported {
  return importFound(detect(values, options.chart), options);
}

/** The same, of values that were found. */
export function importFound(found: Found, { name, given, trial }: Omit<ImportOptions, 'chart'>): Imported {
  const rules = CHARTS[found.chart];
  const build = new Build(name, given);
  walk(found.values, rules, build);
  if (given !== undefined) build.put(['name'], given);
  rules.compose(build);
  const model = accepted(build.model, trial, build.report);
  // what is around the values may have keys of the same names
  const around = new Report();
  for (const { key, fate, text } of found.lines) around.add(key, fate, text);
  const prefix = found.at === '' ? '' : `${found.at}.`;
  const inside = build.report.all().map((line) => (line.key.startsWith('(') ? line : { ...line, key: prefix + line.key }));
  return { chart: rules.name, model, lines: [...around.all(), ...inside] };
}
