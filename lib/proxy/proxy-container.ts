import { k8s } from 'cdk8s-plus-27';
import { POD_ADDRESSES } from './consul-template';
import { CLIENT_CAS, CONTROL_SOCKET, STATIC_CERTIFICATE } from './tls-words';
import { FORMER_PASSWORD_SECONDS } from '../limits/former-password';
import {
  CONFIG_DIR, CONFIG_MOUNT, CONTAINER_SECURITY, httpProbe, POD_NAME, proxyPasswordFile, RUN_DIR, RUN_MOUNT, variables,
} from '../manifests/pod-parts';
import { familyVariable } from '../manifests/scripts';
import { TLS_DIR } from '../manifests/tls';
import { TlsFront } from '../options/tls';
import { TlsSettings } from '../settings/auth-settings';
import { OWN_CONNECTIONS } from '../settings/connections';
import { PROXY_PORTS } from '../settings/ports';
import { ProxySettings } from '../settings/proxy-settings';
import { Settings } from '../settings/settings';
import { Member, Topology } from '../topology/topology';

/** Socket through which kube-template controls HAProxy. */
export const MASTER_SOCKET = `${RUN_DIR}/master.sock`;

/** HAProxy. It reads haproxy.cfg from its ConfigMap, or, with kube-template beside it, the file that this one writes. */
export function proxyContainer(settings: Settings, proxy: ProxySettings, topology: Topology, mounts: k8s.VolumeMount[]): k8s.Container {
  const addressing = proxy.kubeTemplate
    ? { CONFIG_FILE: `${RUN_DIR}/haproxy.cfg`, MASTER_SOCKET }
    : { CONFIG_FILE: `${CONFIG_DIR}/haproxy.cfg`, SERVERS: services(topology.servers), SENTINELS: services(topology.sentinels), ...proxy.consul ? { POD_ADDRESSES } : {} };
  return {
    name: 'proxy',
    image: proxy.image,
    imagePullPolicy: 'IfNotPresent',
    command: ['sh', `${CONFIG_DIR}/start-proxy.sh`],
    env: [POD_NAME, ...variables({
      WORKLOAD: topology.proxy,
      CONFIG_DIR,
      RUN_DIR,
      ...addressing,
      PASSWORD_FILE: proxyPasswordFile(settings),
      FORMER_PASSWORD_SECONDS: settings.auth && FORMER_PASSWORD_SECONDS,
      PASSWORD_USER: settings.auth?.componentUsers ? 'proxy' : undefined,
      ...certificates(settings.tls),
      ...familyVariable(settings),
      DRAIN_SECONDS: proxy.drainSeconds,
      MAXCONN: proxy.maxconn,
      PROXIES: proxy.connections.proxies,
      RESERVED_CLIENTS: proxy.connections.reserved,
      OWN_CONNECTIONS,
      CUSTOM_FRONTS: proxy.customFronts || undefined,
    })],
    ports: [
      { name: PROXY_PORTS.write, containerPort: proxy.port },
      { name: PROXY_PORTS.read, containerPort: proxy.readPort },
      ...settings.tls?.plainPorts.map(({ name, port }) => ({ name, containerPort: port })) ?? [],
      { name: PROXY_PORTS.stats, containerPort: proxy.statsPort },
      ...proxy.extraPorts.map(({ name, port }) => ({ name, containerPort: port })),
    ],
    resources: proxy.resources,
    startupProbe: httpProbe('/alive', PROXY_PORTS.stats, proxy.probes.startup),
    livenessProbe: httpProbe('/alive', PROXY_PORTS.stats, proxy.probes.liveness),
    readinessProbe: httpProbe('/ready', PROXY_PORTS.stats, proxy.probes.readiness),
    lifecycle: { preStop: { exec: { command: ['sh', `${CONFIG_DIR}/stop-proxy.sh`] } } },
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [CONFIG_MOUNT, RUN_MOUNT, ...mounts],
  };
}

/** What start-proxy.sh and certificates.lua are told. */
function certificates(tls: TlsSettings | undefined): { readonly [name: string]: string | undefined } {
  if (tls === undefined) return {};
  const endsTls = tls.front !== TlsFront.PASSTHROUGH;
  return {
    TLS_DIR,
    STATIC_CERTIFICATE: tls.everywhere ? STATIC_CERTIFICATE : undefined,
    SHOWN_CERTIFICATE: tls.everywhere && tls.clientCertificates ? STATIC_CERTIFICATE : undefined,
    CLIENT_CAS: endsTls && tls.clientCertificates ? CLIENT_CAS : undefined,
    TLS_CERT: endsTls ? `${TLS_DIR}/tls.crt` : undefined,
    TLS_SERVER_NAME: tls.serverName,
    TLS_CA: tls.everywhere ? `${TLS_DIR}/ca.crt` : undefined,
    CONTROL_SOCKET,
  };
}

function services(members: readonly Member[]): string {
  return members.map((member) => member.service).join(' ');
}
