import { Build } from './base/build';
import { Model } from './base/model';
import { Line } from './base/report';
import { walk } from './base/walk';
import { CHARTS, detect } from './detect';
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
export function importValues(values: unknown, { name, chart, given, trial }: ImportOptions): Imported {
  const found = detect(values, chart);
  const rules = CHARTS[found.chart];
  const build = new Build(name);
  for (const { key, fate, text } of found.lines) build.report.add(key, fate, text);
  walk(found.values, rules, build);
  if (given !== undefined) build.put(['name'], given);
  rules.compose(build);
  const model = accepted(build.model, trial, build.report);
  const prefix = found.at === '' ? '' : `${found.at}.`;
  const own = new Set(found.lines.map(({ key }) => key));
  return { chart: rules.name, model, lines: build.report.all().map((line) => (own.has(line.key) || line.key.startsWith('(') ? line : { ...line, key: prefix + line.key })) };
}
