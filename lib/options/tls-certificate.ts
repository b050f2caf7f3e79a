import { Duration } from 'cdk8s';

/**
 * CAs that servers' certificates are checked against, kept beside the certificate's own Secret: while a CA is replaced, both CAs have to be trusted
 * before the first certificate of the new one is used.
 */
export class TrustedCas {
  /**
   * From a Secret in the installation's namespace.
   *
   * @param key key that holds the certificates, one PEM after the other. Default: `ca.crt`
   */
  public static secret(name: string, key?: string): TrustedCas {
    return new TrustedCas(['TrustedCas.secret', ...arguments], 'secret', name, key ?? 'ca.crt');
  }

  /**
   * From a ConfigMap in the installation's namespace, like one that trust-manager writes.
   *
   * @param key key that holds the certificates, one PEM after the other. Default: `ca.crt`
   */
  public static configMap(name: string, key?: string): TrustedCas {
    return new TrustedCas(['TrustedCas.configMap', ...arguments], 'configMap', name, key ?? 'ca.crt');
  }

  private constructor(
    /** @internal The static function that made it, and its arguments: settings check them with all other props. */
    public readonly _given: readonly unknown[],
    /** @internal */
    public readonly _kind: 'secret' | 'configMap',
    /** @internal */
    public readonly _name: string,
    /** @internal */
    public readonly _key: string,
  ) {}
}

/**
 * Who signs a certificate that cert-manager makes.
 */
export class CertificateIssuer {
  /**
   * A CA of the installation's own, made with it: nobody else's certificates are taken for its servers'. It lives for ten years and keeps its key.
   */
  public static own(): CertificateIssuer {
    return new CertificateIssuer(['CertificateIssuer.own', ...arguments], { kind: 'own' });
  }

  /**
   * An Issuer of the installation's namespace. Servers trust every certificate of its CA, so it had better be for this installation alone.
   */
  public static issuer(name: string): CertificateIssuer {
    return new CertificateIssuer(['CertificateIssuer.issuer', ...arguments], { kind: 'Issuer', name, group: 'cert-manager.io' });
  }

  /**
   * A ClusterIssuer. Servers trust every certificate of its CA: whoever holds one can be a server to them.
   */
  public static clusterIssuer(name: string): CertificateIssuer {
    return new CertificateIssuer(['CertificateIssuer.clusterIssuer', ...arguments], { kind: 'ClusterIssuer', name, group: 'cert-manager.io' });
  }

  /**
   * An issuer of another API group, as that of a cloud's certificate authority.
   */
  public static external(group: string, kind: string, name: string): CertificateIssuer {
    return new CertificateIssuer(['CertificateIssuer.external', ...arguments], { kind, name, group });
  }

  private constructor(
    /** @internal The static function that made it, and its arguments: settings check them with all other props. */
    public readonly _given: readonly unknown[],
    /** @internal */
    public readonly _reference: { readonly kind: string; readonly name?: string; readonly group?: string },
  ) {}
}

/**
 * Options of `TlsCertificate.secret`.
 */
export interface SecretCertificateOptions {
  /**
   * CAs that certificates are checked against.
   *
   * @default - the key `ca.crt` of the same Secret
   */
  readonly ca?: TrustedCas;
}

/**
 * Options of `TlsCertificate.certManager`.
 */
export interface CertManagerOptions {
  /**
   * Lifetime of the certificate, at least 24 hours, and with `CertificateIssuer.own()` at most five years.
   *
   * @default Duration.days(90)
   */
  readonly duration?: Duration;

  /**
   * How long before its end it is renewed. Less than `duration`.
   *
   * @default - a third of `duration`
   */
  readonly renewBefore?: Duration;

  /**
   * Further host names, like that of a load balancer, or where the chart has no namespace `NAME.NAMESPACE.svc`.
   *
   * @default - none but the names of the installation's Services
   */
  readonly extraNames?: string[];

  /**
   * Domain of the cluster, for `NAME.NAMESPACE.svc.DOMAIN`.
   *
   * @default - such names are not in the certificate
   */
  readonly clusterDomain?: string;

  /**
   * Name of the Secret that cert-manager writes.
   *
   * @default - `NAME-tls`
   */
  readonly secretName?: string;

  /**
   * CAs that certificates are checked against. Needed for issuers that write no `ca.crt`, and while a CA is replaced.
   *
   * @default - the key `ca.crt` of the Secret that cert-manager writes
   */
  readonly ca?: TrustedCas;
}

/**
 * Where the certificate of servers, Sentinels and HAProxy comes from.
 */
export class TlsCertificate {
  /**
   * A Secret that exists in the installation's namespace, with the keys `tls.crt` (the certificate, then any between it and the CA), `tls.key` and `ca.crt`.
   *
   * The certificate must be for the name of the installation (`Tls…serverName`), usable by servers and by clients. It is followed: a new one is used within
   * seconds after kubelet has brought it, without a restart of a server.
   */
  public static secret(name: string, options?: SecretCertificateOptions): TlsCertificate {
    return new TlsCertificate(['TlsCertificate.secret', ...arguments], { secretName: name, ca: options?.ca });
  }

  /**
   * One that cert-manager makes and renews: its `Certificate` is written with the installation, with the names of the installation's Services.
   */
  public static certManager(issuer: CertificateIssuer, options?: CertManagerOptions): TlsCertificate {
    return new TlsCertificate(['TlsCertificate.certManager', ...arguments], { secretName: options?.secretName, ca: options?.ca, issuer, certManager: options ?? {} });
  }

  private constructor(
    /** @internal The static function that made it, and its arguments: settings check them with all other props. */
    public readonly _given: readonly unknown[],
    /** @internal */
    public readonly _source: {
      readonly secretName?: string;
      readonly ca?: TrustedCas;
      readonly issuer?: CertificateIssuer;
      readonly certManager?: CertManagerOptions;
    },
  ) {}
}
