import { dataKey, dnsLabel, image, objectName } from './checks';
import { reject } from './invalid-prop';
import { ConsulSettings } from './proxy-settings';
import { resolveResources, resources } from './resolve-resources';
import { resolveCas } from './resolve-tls';
import { defaultImage, IMAGES } from '../options/images';
import { IpStack } from '../options/redis-ha-props';
import { Routing } from '../options/routing';

/** What names a variable of the container, as Kubernetes writes it. An address of IPv6 stands between brackets in a URL. */
const HOST_IP = '$(HOST_IP)';

/** Consul, with defaults; undefined with another routing. @param owner what sets this installation apart from others in the same Consul */
export function resolveConsul({ kind, consulOptions }: Routing, owner: string, registry: string, ipStack?: IpStack): ConsulSettings | undefined {
  if (kind !== 'consul') return undefined;
  const { address, service, tokenSecret, tokenKey, ca } = consulOptions;
  if (tokenSecret === undefined && tokenKey !== undefined) reject('routing.tokenKey', tokenKey, "must not be given without 'routing.tokenSecret'");
  const url = consulAddress(address ?? `http://${ipStack === IpStack.IPV6 ? `[${HOST_IP}]` : HOST_IP}:8500`);
  if (ca !== undefined && !url.startsWith('https:')) reject('routing.ca', ca._name, `must not be given: 'routing.address' is not an https URL (${url})`);
  return {
    address: url,
    service: dnsLabel('routing.service', service ?? `${owner}-server`, 63),
    token: tokenSecret === undefined ? undefined : {
      secretName: objectName('routing.tokenSecret', tokenSecret), key: dataKey('routing.tokenKey', tokenKey ?? 'token'),
    },
    ca: ca && resolveCas('routing.ca', ca),
    image: image('routing.image', consulOptions.image ?? defaultImage(IMAGES.consulTemplate, registry)),
    resources: resolveResources('routing.resources', consulOptions.resources, resources('10m', '32Mi', '64Mi')),
  };
}

/** Scheme, host and port alone: a token belongs into a Secret. */
function consulAddress(address: string): string {
  const plain = address.replace(`[${HOST_IP}]`, '[2001:db8::1]').replace(HOST_IP, '192.0.2.1');
  if (!/^https?:\/\/([A-Za-z0-9.-]+|\[[0-9a-fA-F:.]+\])(:\d{1,5})?$/.test(plain) || !URL.canParse(plain)) {
    reject('routing.address', address, `must be a URL of scheme, host and port, like "https://consul.example.com:8501" or "http://${HOST_IP}:8500"`);
  }
  return address;
}
