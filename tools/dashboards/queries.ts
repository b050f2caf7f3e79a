/** A query of a panel. */
export interface DashboardQuery {
  readonly title: string;
  readonly expr: string;
}

/** The panels of a dashboard, without the rows between them. */
export function panelsOf(dashboard: object): any[] {
  return JSON.parse(JSON.stringify(dashboard)).panels.filter(({ type }: any) => type !== 'row');
}

/** Panels and marks that are empty until there is something that not every installation has, and what that is. */
export const OPTIONAL: { readonly [title: string]: string } = {
  'Failover paused': 'somebody ordered a pause',
  'Pause of failover': 'somebody ordered a pause',
  'Standby: lag': 'the installation follows a master outside',
  'Standby: age': 'the installation follows a master outside',
  'Last backup': 'there is a RedisBackup, and kube-state-metrics',
  'Age of the last backup': 'there is a RedisBackup, and kube-state-metrics',
  'Oldest backup': 'there is a RedisBackup, and kube-state-metrics',
  'Time of failovers': 'an agent has led a failover',
  'Slice for writes': 'Routing.direct()',
  'Whom the slice leads to': 'Routing.direct()',
  'Fullest volume': 'servers have volumes, and the kubelet is scraped',
  'Volumes': 'servers have volumes, and the kubelet is scraped',
};

/** What the variables of a dashboard stand for. */
export interface Values {
  /** Default: samples have no label that says it. */
  readonly cluster?: string;
  readonly namespace: string;
  readonly installation: string;
}

/** A query about one installation. */
export function about(expr: string, { cluster = '', namespace, installation }: Values): string {
  return expr.replaceAll('$cluster', cluster).replaceAll('$namespace', namespace).replaceAll('$installation', installation);
}

/** All queries of a dashboard, those of marks too, about one installation. */
export function queriesOf(dashboard: object, values: Values): DashboardQuery[] {
  const marks: any[] = JSON.parse(JSON.stringify(dashboard)).annotations?.list ?? [];
  const ofPanels = panelsOf(dashboard).flatMap(({ title, targets }) => targets.map(({ expr }: any) => ({ title, expr })));
  return [...ofPanels, ...marks.map(({ name, expr }) => ({ title: name, expr }))].map(({ title, expr }) => ({ title, expr: about(expr, values) }));
}
