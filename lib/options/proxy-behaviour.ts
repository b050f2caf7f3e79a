import { Size } from 'cdk8s';

/**
 * Which replica a connection to the read port goes to.
 */
export enum ReadBalance {
  /** The one with the fewest connections. */
  LEAST_CONNECTIONS = 'leastconn',
  /** One after the other. */
  ROUND_ROBIN = 'roundrobin',
  /** The same one for the same client's address, as long as the same replicas are in sync: a client never reads what is older than what it read before. */
  SOURCE = 'source',
}

/**
 * How reads are shared among the replicas.
 */
export interface ProxyReadOptions {
  /**
   * Which replica a connection goes to.
   *
   * @default ReadBalance.LEAST_CONNECTIONS
   */
  readonly balance?: ReadBalance;

  /**
   * How much of the master's stream a replica may not have yet, at least 64 KiB. One that is further behind gets no reads and loses the sessions that it has, until it is
   * within half of it. Where all are, the master is read, unless `readFromMasterAsFallback` is false. Both are asked within `checks.roleInterval`, so what the master writes
   * in that time counts as a lag, too.
   *
   * @default - a replica whose link to the master is up is read, however far behind
   */
  readonly maxLag?: Size;

  /**
   * Weight of a replica in another zone than that of the HAProxy that a client is connected to, from 1 to 100, beside 100 of one in its zone. With 1, reads stay in the zone while a
   * replica there is in sync, but for about one connection in a hundred, and spread over the other zones otherwise. Needs `Routing.podIp()` and nodes with the label
   * `topology.kubernetes.io/zone`. kube-template then reads EndpointSlices, too, which tell the zones of pods.
   *
   * @default 100, whatever the zone
   */
  readonly otherZoneWeight?: number;
}

/**
 * Lines that are appended to sections of ours in haproxy.cfg, as they are, without the indent. HAProxy itself checks what they mean. No passwords: give them to the pod by
 * `proxy.pod.env` with `valueFrom`, and write `"${NAME}"`.
 */
export interface HaproxyLines {
  /**
   * Of `global`.
   *
   * @default - none
   */
  readonly global?: string[];

  /**
   * Of `defaults`.
   *
   * @default - none
   */
  readonly defaults?: string[];

  /**
   * Of the frontends for writes.
   *
   * @default - none
   */
  readonly write?: string[];

  /**
   * Of the frontends for reads.
   *
   * @default - none
   */
  readonly read?: string[];

  /**
   * Of the backends that lead to the master, one for each server.
   *
   * @default - none
   */
  readonly master?: string[];

  /**
   * Of the backend of the replicas.
   *
   * @default - none
   */
  readonly replicas?: string[];
}
