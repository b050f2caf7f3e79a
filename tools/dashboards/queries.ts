/** A query of a panel. */
export interface DashboardQuery {
  readonly title: string;
  readonly expr: string;
}

/** The panels of a dashboard, without the rows between them. */
export function panelsOf(dashboard: object): any[] {
  return JSON.parse(JSON.stringify(dashboard)).panels.filter(({ type }: any) => type !== 'row');
}

/** All queries of a dashboard, about one installation. */
export function queriesOf(dashboard: object, values: { readonly namespace: string; readonly installation: string }): DashboardQuery[] {
  return panelsOf(dashboard).flatMap(({ title, targets }) => targets.map(({ expr }: any) => (
    { title, expr: expr.replaceAll('$namespace', values.namespace).replaceAll('$installation', values.installation) })));
}
