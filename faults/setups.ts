import { Duration, Size } from 'cdk8s';
import { DurabilityMode, Engine, Persistence, RedisHaProps, Routing, Sentinel, Tls, TlsCertificate, TlsFront } from '../lib/index';

/** How long a first start waits for missing servers on the setup with volumes. */
export const BOOT_TIMEOUT_MS = 20_000;

/** Has a certificate that the suite makes. */
const CERTIFICATE = TlsCertificate.secret('redis-tls');

/** Installations that are hurt. */
export const SETUPS: { readonly [name: string]: RedisHaProps } = {
  'sidecar-service-redis': {},
  'separate-service-redis': { sentinel: Sentinel.deployments(3) },
  'sidecar-podip-redis': { routing: Routing.podIp() },
  'separate-podip-valkey': { sentinel: Sentinel.deployments(3), routing: Routing.podIp(), engine: Engine.valkey() },
  'sidecar-service-redis-tls': { tls: Tls.everywhere(CERTIFICATE) },
  'separate-podip-valkey-tls': {
    sentinel: Sentinel.deployments(3),
    routing: Routing.podIp(),
    engine: Engine.valkey(),
    tls: Tls.everywhere(CERTIFICATE, { front: TlsFront.REENCRYPT }),
  },
  'sidecar-direct-redis': { routing: Routing.direct() },
  'volume': {
    sentinel: Sentinel.deployments(3),
    persistence: Persistence.volume(Size.mebibytes(256)),
    server: { agent: { bootTimeout: Duration.millis(BOOT_TIMEOUT_MS) } },
  },
  'small-disk': {
    persistence: Persistence.emptyDir({ inMemory: true, sizeLimit: Size.mebibytes(48), mode: DurabilityMode.APPEND_ONLY }),
    server: { maxmemory: Size.mebibytes(16) },
  },
};

const [SIDECAR, SEPARATE, SIDECAR_POD_IP, SEPARATE_VALKEY, SIDECAR_TLS, SEPARATE_VALKEY_TLS, SIDECAR_DIRECT] = Object.keys(SETUPS);
/** Both ends, over TLS. */
export const TLS = [SIDECAR_TLS, SEPARATE_VALKEY_TLS];
/** Every topology and both engines, with TLS and without: for the faults that matter most. */
export const ALL = [SIDECAR, SEPARATE, SIDECAR_POD_IP, SEPARATE_VALKEY, ...TLS, SIDECAR_DIRECT];
/** Both ends: everything in one pod behind Services, and everything apart behind pod addresses. */
export const BOTH = [SIDECAR, SEPARATE_VALKEY];
export { SIDECAR, SEPARATE, SEPARATE_VALKEY, SIDECAR_DIRECT };
export const VOLUME = 'volume';
export const SMALL_DISK = 'small-disk';
