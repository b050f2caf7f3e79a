import { TlsCertificate } from './tls-certificate';

/**
 * Who ends the clients' TLS, where servers speak TLS themselves.
 */
export enum TlsFront {
  /** The servers: HAProxy passes bytes on. Cheapest, and clients see the server's certificate. */
  PASSTHROUGH = 'passthrough',
  /** HAProxy, which opens another TLS connection to the server. Costs HAProxy about twice the CPU per request. */
  REENCRYPT = 'reencrypt',
}

/**
 * Whether clients have to show a certificate.
 */
export enum ClientCertificates {
  /** No: the password proves who they are. */
  NONE = 'none',
  /** Yes, one of a trusted CA, beside the password. The certificate of servers must then be usable by clients too (extended key usage). */
  REQUIRED = 'required',
}

/**
 * Oldest version of TLS that is spoken.
 */
export enum TlsVersion {
  /** TLS 1.2 */
  TLS_1_2 = 'TLSv1.2',
  /** TLS 1.3 */
  TLS_1_3 = 'TLSv1.3',
}

/**
 * Options of `Tls.edge`.
 */
export interface TlsEdgeOptions {
  /**
   * Whether clients have to show a certificate.
   *
   * @default ClientCertificates.NONE
   */
  readonly clients?: ClientCertificates;

  /**
   * A further port of HAProxy and its Service that speaks without TLS to clients, for those that have not moved to TLS yet. It leads to the master.
   *
   * @default - none
   */
  readonly plainPort?: number;

  /**
   * The same for reads: it leads to replicas.
   *
   * @default - none
   */
  readonly plainReadPort?: number;

  /**
   * Name that HAProxy, agents and clients look for in the certificate.
   *
   * @default - the installation's name, which every certificate of cert-manager has
   */
  readonly serverName?: string;

  /**
   * Oldest version of TLS that is spoken.
   *
   * @default TlsVersion.TLS_1_2
   */
  readonly minVersion?: TlsVersion;
}

/**
 * Options of `Tls.everywhere`.
 */
export interface TlsEverywhereOptions extends TlsEdgeOptions {
  /**
   * Who ends the clients' TLS. Not with `Routing.direct()` and `Routing.none()`.
   *
   * @default TlsFront.PASSTHROUGH
   */
  readonly front?: TlsFront;
}

/**
 * Encryption of connections.
 */
export class Tls {
  /**
   * TLS on every connection, and no port without it: clients, replication, Sentinels, checks. Redis and Sentinel check a certificate's CA and dates and never its name, so the CA
   * should be the installation's own; HAProxy and the agents check the name too.
   */
  public static everywhere(certificate: TlsCertificate, options?: TlsEverywhereOptions): Tls {
    return new Tls(['Tls.everywhere', ...arguments], true, certificate, options ?? {});
  }

  /**
   * TLS between clients and HAProxy only; what is behind speaks without. Not with `Routing.direct()` and `Routing.none()`.
   */
  public static edge(certificate: TlsCertificate, options?: TlsEdgeOptions): Tls {
    return new Tls(['Tls.edge', ...arguments], false, certificate, options ?? {});
  }

  private constructor(
    /** @internal The static function that made it, and its arguments: settings check them with all other props. */
    public readonly _given: readonly unknown[],
    /** @internal */
    public readonly _everywhere: boolean,
    /** @internal */
    public readonly _certificate: TlsCertificate,
    /** @internal */
    public readonly _options: TlsEverywhereOptions,
  ) {}
}
