/** A template and how it is rendered. */
export interface OracleCase {
  readonly template: string;
  /** Default: the common data. */
  readonly data?: unknown;
  /** Default: `default`, with which Go prints "<no value>". */
  readonly missingKey?: 'default' | 'error';
  readonly left?: string;
  readonly right?: string;
}
