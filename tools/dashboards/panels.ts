import { ReduceDataOptionsBuilder, VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** The data source that the dashboard's user chooses. */
export const SOURCE = { type: 'prometheus', uid: '${datasource}' };

/** A query, and what its lines are called. */
export type Query = readonly [expr: string, legend: string];

interface Common {
  readonly title: string;
  /** What somebody has to know who reads it. */
  readonly about: string;
  readonly queries: readonly Query[];
  readonly unit?: string;
}

/** Colours of a number: the first one, then each from a value on. Without them Grafana turns 80 of anything red. */
type Colours = readonly [first: string, ...from: (readonly [value: number, colour: string])[]];

interface Stat extends Common {
  /** Default: it is nobody's business to judge this number. */
  readonly colours?: Colours;
  /** What is shown where there is nothing to tell. */
  readonly none?: string;
}

const thresholds = ([first, ...from]: Colours) => new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute)
  .steps([{ value: null, color: first }, ...from.map(([value, color]) => ({ value, color }))]);

const queries = ({ queries: all }: Common, instant = false) => all.map(([expr, legend], index) => {
  const query = new DataqueryBuilder().expr(expr).legendFormat(legend).refId(String.fromCharCode(65 + index));
  return instant ? query.instant().format('table' as never) : query;
});

/** Lines over time. */
export function lines(common: Common, width = 8) {
  const panel = new TimeseriesBuilder().title(common.title).description(common.about).datasource(SOURCE).height(8).span(width).fillOpacity(10);
  for (const query of queries(common)) panel.withTarget(query);
  return common.unit === undefined ? panel : panel.unit(common.unit);
}

/** One number each, as it is now. */
export function stat(common: Stat, width = 4) {
  const panel = new StatBuilder().title(common.title).description(common.about).datasource(SOURCE).height(4).span(width)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull'])).thresholds(thresholds(common.colours ?? ['text'])).noValue(common.none ?? 'none');
  for (const query of queries(common)) panel.withTarget(query);
  return common.unit === undefined ? panel : panel.unit(common.unit);
}

/** What each is, as bars over time: there is one where its query tells something. */
export function states(common: Common, width = 24) {
  const panel = new StateTimelineBuilder().title(common.title).description(common.about).datasource(SOURCE).height(8).span(width)
    .mergeValues(true).showValue(VisibilityMode.Never).thresholds(thresholds(['blue']));
  for (const query of queries(common)) panel.withTarget(query);
  return panel;
}

/** A row for each, as it is now; a column for each query, called as its legend. Grafana shows one query of several, unless they are merged. */
export function table(common: Common, width = 24) {
  const panel = new TableBuilder().title(common.title).description(common.about).datasource(SOURCE).height(10).span(width);
  for (const query of queries(common, true)) panel.withTarget(query);
  const renameByName = Object.fromEntries(common.queries.map(([, legend], index) => [`Value #${String.fromCharCode(65 + index)}`, legend]));
  return panel
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({ id: 'organize', options: { excludeByName: { Time: true }, indexByName: {}, renameByName } });
}
