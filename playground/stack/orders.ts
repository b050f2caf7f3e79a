/** Where a connection may be passed on to: the pod, and where its process listens. */
export interface Target {
  readonly pod: string;
  readonly host: string;
  readonly port: number;
}

/** What the keeper is told. */
export type Order =
  | { readonly kind: 'claim'; readonly address: string }
  | { readonly kind: 'route'; readonly address: string; readonly port: number; readonly targets: readonly Target[] }
  | { readonly kind: 'unroute'; readonly address: string; readonly port: number }
  | { readonly kind: 'pod'; readonly address: string; readonly pod: string }
  | { readonly kind: 'cut' | 'cut-one-way' | 'join'; readonly pod: string }
  | { readonly kind: 'started' | 'ended'; readonly group: number };
