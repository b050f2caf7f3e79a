import { IConstruct } from 'constructs';
import { PlainPort } from './ports';
import { TlsFront, TlsVersion } from '../options/tls';

/** A user of clients. */
export interface UserSettings {
  readonly name: string;
  /** Key of the Secret that holds its password. */
  readonly passwordKey: string;
  /** What it may do, as ACL SETUSER takes it after `reset`. */
  readonly rules: string;
}

/** The password, and users that have one of their own. */
export interface AuthSettings {
  readonly secretName: string;
  readonly secretKey: string;
  /** The Secret itself, if it was handed in. */
  readonly secret?: IConstruct;
  /** Users of clients. */
  readonly users: readonly UserSettings[];
  /** Whether HAProxy's checks and metrics have users of their own. */
  readonly componentUsers: boolean;
  /** Keys of the Secret with all passwords, by the props that name them. */
  readonly keys: readonly (readonly [prop: string, key: string])[];
}

/** Where the CAs are that certificates are checked against. */
export interface TrustedCasSettings {
  readonly kind: 'secret' | 'configMap';
  readonly name: string;
  readonly key: string;
}

/** A certificate that cert-manager makes. */
export interface CertManagerSettings {
  /** Undefined for a CA of the installation's own. */
  readonly issuer?: { readonly kind: string; readonly name: string; readonly group: string };
  readonly durationSeconds: number;
  readonly renewBeforeSeconds: number;
  readonly extraNames: readonly string[];
  readonly clusterDomain?: string;
}

/** Who speaks TLS, and with what. */
export interface TlsSettings {
  /** Whether servers, Sentinels and all who speak with them do; otherwise only HAProxy's front does. */
  readonly everywhere: boolean;
  /** What HAProxy does with the clients' TLS; `terminate` where only its front speaks it. */
  readonly front: TlsFront | 'terminate';
  /** Whether clients have to show a certificate. */
  readonly clientCertificates: boolean;
  readonly minVersion: TlsVersion;
  /** Name that is looked for in certificates. */
  readonly serverName: string;
  /** Ports of HAProxy that speak without TLS to clients, with the name that each has in Service and pod. */
  readonly plainPorts: readonly { readonly name: PlainPort; readonly port: number }[];
  readonly secretName: string;
  /** Undefined: `ca.crt` of the same Secret. */
  readonly ca?: TrustedCasSettings;
  /** Undefined for a Secret that exists. */
  readonly certManager?: CertManagerSettings;
}
