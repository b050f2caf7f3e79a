import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { PartProps } from '../manifests/part-props';
import { CertManagerSettings, TlsSettings } from '../settings/auth-settings';
import { CA_SECONDS } from '../settings/resolve-tls';
import { Topology } from '../topology/topology';

const API_VERSION = 'cert-manager.io/v1';
/** Elliptic curves: the main thread of the server signs, and RSA takes it ten times as long. */
const KEY = { algorithm: 'ECDSA', size: 256 };

/** What makes the certificate: objects of cert-manager, and for a CA of the installation's own also those of the CA. */
export class Certificates extends Construct {
  constructor(scope: Construct, id: string, props: PartProps & {
    readonly tls: TlsSettings;
    readonly certManager: CertManagerSettings;
    readonly namespace?: string;
  }) {
    super(scope, id);
    const { settings, topology, tls, certManager, namespace } = props;
    const metadata = (name: string) => ({ name, labels: topology.labels(tls.everywhere ? 'server' : 'proxy') });
    const object = (objectId: string, kind: string, name: string, spec: object) => (
      new ApiObject(this, objectId, { apiVersion: API_VERSION, kind, metadata: metadata(name), spec }));

    const ca = `${settings.name}-ca`;
    if (certManager.issuer === undefined) {
      const selfSigned = `${settings.name}-selfsigned`;
      object('SelfSigned', 'Issuer', selfSigned, { selfSigned: {} });
      object('Ca', 'Certificate', ca, {
        isCA: true,
        commonName: ca,
        secretName: ca,
        duration: goDuration(CA_SECONDS),
        // a CA with a new key would be used before anybody trusts it: cert-manager writes it and the certificate at once
        privateKey: { ...KEY, rotationPolicy: 'Never' },
        issuerRef: issuerRef({ kind: 'Issuer', name: selfSigned, group: 'cert-manager.io' }),
      });
      object('CaIssuer', 'Issuer', ca, { ca: { secretName: ca } });
    }
    object('Default', 'Certificate', tls.secretName, {
      secretName: tls.secretName,
      duration: goDuration(certManager.durationSeconds),
      renewBefore: goDuration(certManager.renewBeforeSeconds),
      privateKey: { ...KEY, rotationPolicy: 'Always' },
      // servers show it to each other as clients, too
      usages: ['digital signature', 'server auth', 'client auth'],
      dnsNames: dnsNames(tls, certManager, topology, namespace),
      issuerRef: issuerRef(certManager.issuer ?? { kind: 'Issuer', name: ca, group: 'cert-manager.io' }),
    });
  }
}

function issuerRef({ name, kind, group }: { readonly name: string; readonly kind: string; readonly group: string }): object {
  return { name, kind, group };
}

/** The form in which cert-manager stores durations. */
function goDuration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds % 60}s`;
}

/** Names that clients may know the installation by. No addresses: they are not known before there is a cluster. */
function dnsNames(tls: TlsSettings, { extraNames, clusterDomain }: CertManagerSettings, topology: Topology, namespace: string | undefined): string[] {
  const services = [topology.frontDoor, ...tls.everywhere ? [topology.sentinelService, `*.${topology.serverSet}`] : []];
  const places = namespace === undefined ? [] : [namespace, `${namespace}.svc`, ...clusterDomain === undefined ? [] : [`${namespace}.svc.${clusterDomain}`]];
  const names = services.flatMap((service) => [...service.startsWith('*') ? [] : [service], ...places.map((place) => `${service}.${place}`)]);
  return [...new Set([tls.serverName, ...names, ...extraNames])];
}
