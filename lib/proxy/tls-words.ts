import { RUN_DIR } from '../manifests/pod-parts';
import { TlsFront } from '../options/tls';
import { TlsSettings } from '../settings/auth-settings';
import { PROXY_PORTS } from '../settings/ports';
import { ProxySettings } from '../settings/proxy-settings';
import { plainPortOf } from '../settings/resolve-tls';

/** Certificate and key in one file, as the proxy's start script writes them. It is never replaced at run time: see `certificates.lua`. */
export const STATIC_CERTIFICATE = `${RUN_DIR}/static.pem`;
/** CAs of clients' certificates: a copy, as no line may have both a certificate and CAs that are replaced at run time. */
export const CLIENT_CAS = `${RUN_DIR}/client-ca.crt`;
/** Socket of HAProxy's own commands. */
export const CONTROL_SOCKET = `${RUN_DIR}/control.sock`;

/** A port for clients. */
interface Front {
  readonly name: string;
  readonly port: number;
  /** What follows the address of `bind`. */
  readonly bindWords: string;
  /** What the names of its backends begin with: the same for clients without TLS, where the others are passed through. */
  readonly prefix: '' | 'plain_';
}

/** What haproxy.cfg says of TLS, with paths from the environment: words that follow others, with a blank before them, or nothing. */
interface TlsWords {
  readonly tls: '' | { readonly minVersion: string };
  /** Of checks by Redis' protocol that are asked all the time. */
  readonly checkWords: string;
  /** Of all checks by Redis' protocol. */
  readonly checkTls: string;
  /** Of the connections of clients. */
  readonly dataTls: string;
  /** Of those of clients without TLS, where the others are passed through. */
  readonly plainTls: string;
  /** Which kinds of backends there are once more, for these clients. */
  readonly plainMasters: boolean;
  readonly plainReplicas: boolean;
  /** Ports that lead to the master. */
  readonly writeFronts: readonly Front[];
  /** Ports that lead to replicas. */
  readonly readFronts: readonly Front[];
}

export function tlsWords(tls: TlsSettings | undefined, { port, readPort, sentinelIntervalMs, roleIntervalMs }: ProxySettings): TlsWords {
  if (tls === undefined) return withoutTls(port, readPort);
  const { everywhere, front, serverName, clientCertificates, minVersion } = tls;
  // a CA that is replaced at run time is used only by lines that have a certificate, whether it is shown or not
  const verified = `verify required ca-file "\${TLS_CA}" crt "\${STATIC_CERTIFICATE}" verifyhost ${serverName}`;
  const data = ` ssl ${verified} sni str(${serverName})`;
  const checkTls = everywhere ? ` check-ssl ${verified} check-sni ${serverName}` : '';
  const passesThrough = front === TlsFront.PASSTHROUGH;
  const bindWords = passesThrough ? '' : ` ssl crt "\${TLS_CERT}"${clientCertificates ? ' ca-file "${CLIENT_CAS}" verify required' : ''}`;
  const [plainWrites, plainReads] = [plainPortOf(tls, PROXY_PORTS.plainWrite), plainPortOf(tls, PROXY_PORTS.plainRead)];
  const prefix = passesThrough ? 'plain_' : '';
  const plain = (name: string, at: number | undefined): Front[] => (at === undefined ? [] : [{ name, port: at, bindWords: '', prefix }]);
  return {
    tls: { minVersion },
    // A handshake has to end within `inter`, and a busy server takes longer for it; what comes up is still seen at once.
    checkWords: everywhere ? ` downinter ${Math.min(200, sentinelIntervalMs, roleIntervalMs)}ms${checkTls}` : '',
    checkTls,
    dataTls: front === TlsFront.REENCRYPT ? data : '',
    plainTls: data,
    // readers may be led to the master
    plainMasters: passesThrough && (plainWrites !== undefined || plainReads !== undefined),
    plainReplicas: passesThrough && plainReads !== undefined,
    writeFronts: [{ name: 'write', port, bindWords, prefix: '' }, ...plain('write_plain', plainWrites)],
    readFronts: [{ name: 'read', port: readPort, bindWords, prefix: '' }, ...plain('read_plain', plainReads)],
  };
}

function withoutTls(port: number, readPort: number): TlsWords {
  return {
    tls: '',
    checkWords: '',
    checkTls: '',
    dataTls: '',
    plainTls: '',
    plainMasters: false,
    plainReplicas: false,
    writeFronts: [{ name: 'write', port, bindWords: '', prefix: '' }],
    readFronts: [{ name: 'read', port: readPort, bindWords: '', prefix: '' }],
  };
}
