import { ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** The data source that the dashboard's user chooses. */
const SOURCE = { type: 'prometheus', uid: '${datasource}' };

/** A query, and what its lines are called. */
export type Query = readonly [expr: string, legend: string];

interface Common {
  readonly title: string;
  /** What somebody has to know who reads it. */
  readonly about: string;
  readonly queries: readonly Query[];
  readonly unit?: string;
}

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
export function stat(common: Common, width = 4) {
  const panel = new StatBuilder().title(common.title).description(common.about).datasource(SOURCE).height(4).span(width)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']));
  for (const query of queries(common)) panel.withTarget(query);
  return common.unit === undefined ? panel : panel.unit(common.unit);
}

/** What each is, as bars over time. */
export function states(common: Common, width = 24) {
  const panel = new StateTimelineBuilder().title(common.title).description(common.about).datasource(SOURCE).height(8).span(width).mergeValues(true);
  for (const query of queries(common)) panel.withTarget(query);
  return panel;
}

/** A row for each, as it is now. */
export function table(common: Common, width = 24) {
  const panel = new TableBuilder().title(common.title).description(common.about).datasource(SOURCE).height(10).span(width);
  for (const query of queries(common, true)) panel.withTarget(query);
  return panel;
}
