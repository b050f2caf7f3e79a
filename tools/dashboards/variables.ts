import { AnnotationQueryBuilder, DashboardBuilder, DatasourceVariableBuilder, QueryVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { SOURCE } from './panels';

/** What both dashboards have: a data source to choose, and links between them. */
export function dashboard(title: string, uid: string): DashboardBuilder {
  return new DashboardBuilder(title).uid(uid).tags(['redis-ha']).refresh('30s').time({ from: 'now-3h', to: 'now' }).timezone('browser')
    .withVariable(new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'));
}

/** Values of a label, to choose from. */
export function labelVariable(name: string, label: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name).label(label).datasource(SOURCE).query(query).refresh(2 as never);
}

/** What is marked in all panels, for as long as its query tells something. */
export function mark(name: string, colour: string, expr: string, title: string): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder().name(name).datasource(SOURCE).enable(true).iconColor(colour).expr(expr).titleFormat(title).step('15s');
}
