/** In which column of a picture something stands: connections go to the right. */
export enum Column { OUTSIDE, SERVICE, PROXY, SENTINEL, SERVER }

/** A box. */
export interface Box {
  /** Unique in the picture; a word that needs no quotes anywhere. */
  readonly id: string;
  readonly column: Column;
  readonly title: string;
  /** What stands below the title, a line each. */
  readonly lines: readonly string[];
}

/** A connection, from who opens it. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** Whether it is a NetworkPolicy's rule or a monitor's, and no connection for sure. */
  readonly dashed?: boolean;
}

/** One installation. */
export interface Picture {
  readonly title: string;
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}
