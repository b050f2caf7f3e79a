import * as net from 'node:net';
import { TlsSettings } from './auth-settings';
import { dataKey, hostName, objectName, wholeNumber } from './checks';
import { reject } from './invalid-prop';
import { FollowSettings, PersistenceSettings } from './settings';
import { ExternalMaster } from '../options/external-master';
import { DurabilityMode } from '../options/persistence';
import { Restore } from '../options/restore';

/** What is beside the prop, and decides whether it can work. */
export interface Beside {
  readonly persistence: PersistenceSettings;
  readonly restore?: Restore;
  readonly tls?: TlsSettings;
}

/** The master that an installation follows until it has data of its own; undefined where it begins by itself. */
export function resolveFollow(follow: ExternalMaster | undefined, { persistence, restore, tls }: Beside): FollowSettings | undefined {
  if (follow === undefined) return undefined;
  const { _host: host, _port: port, _options: options } = follow;
  const { passwordSecret, passwordKey, user, cutOver = false } = options;
  if (restore !== undefined) reject('follow', host, "must not be given with 'restore': an installation begins with data of one kind");
  // Nothing would be left that says that it has cut over: after an outage of all servers, the old data would be back as if it were new.
  if (persistence.kind === 'emptyDir') {
    reject('follow', host, "needs a 'persistence' that outlives the pods, like Persistence.volume(Size.gibibytes(10)): what says that it has cut over is kept with the data");
  } else if (persistence.mode === DurabilityMode.NONE) {
    reject('follow', host, "needs a 'persistence' whose mode is not DurabilityMode.NONE: after an outage of all servers the former data would be back");
  }
  if (passwordKey !== undefined && passwordSecret === undefined) reject('follow.passwordKey', passwordKey, "needs a 'follow.passwordSecret', whose key it is");
  if (user !== undefined && !/^[!-~]{1,128}$/.test(user)) reject('follow.user', user, 'must be the name of a user: 1 to 128 visible ASCII characters without blanks');
  if (user !== undefined && passwordSecret === undefined) reject('follow.user', user, "needs a 'follow.passwordSecret' with its password");
  if (options.tls === true && tls?.everywhere !== true) {
    reject('follow.tls', true, "needs 'tls' Tls.everywhere: servers without a certificate of their own speak TLS with nobody");
  }
  return {
    host: net.isIP(host) === 0 ? hostName('follow.host', host) : host,
    // nobody listens at 1: by it agents know who follows nobody
    port: wholeNumber('follow.port', port, 2, 65535),
    user,
    password: passwordSecret === undefined
      ? undefined
      : { secretName: objectName('follow.passwordSecret', passwordSecret), key: dataKey('follow.passwordKey', passwordKey ?? 'password') },
    tls: options.tls ?? false,
    cutOver,
  };
}
