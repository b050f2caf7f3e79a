import { Addresses } from './addresses';
import { infoOf, pairsOf, partsOf, recordsOf, refusal } from './answer';
import { SentinelAnswer } from './reading';

/** What a Sentinel said. @returns the reason instead, if it said nothing of itself */
export function sentinelAnswer(text: string, addresses: Addresses): SentinelAnswer | string {
  const parts = partsOf(text);
  const part = (name: string): string => parts.get(name) ?? '';
  const info = infoOf(part('info'));
  if (!info.has('sentinel_masters')) return refusal(part('info'));
  // not the ip in the details: the leader of a failover answers this with the new master before it is done
  const [host] = part('address').split(/\r?\n/);
  const names = /^\S+\r?\n\d+$/.test(part('address')) ? addresses.of(host) : 'nobody';
  const master = pairsOf(names === 'nobody' ? [] : part('master').split(/\r?\n/));
  const number = (name: string): number => Number(master.get(name) ?? 0);
  const flags = flagsOf(master);
  const others = names === 'nobody' ? [] : recordsOf(part('sentinels'));
  const replicas = names === 'nobody' ? [] : recordsOf(part('replicas'));
  return {
    version: info.get('valkey_version') ?? info.get('redis_version') ?? '',
    names,
    epoch: number('config-epoch'),
    quorum: number('quorum'),
    namesSinceSeconds: Math.round(number('role-reported-time') / 1000),
    findsMasterDown: isDown(flags),
    failoverInProgress: flags.includes('failover_in_progress'),
    tilt: info.get('sentinel_tilt') === '1',
    findsDown: [...isDown(flags) ? [names] : [], ...replicas.filter((one) => isDown(flagsOf(one))).map((one) => addresses.of(one.get('ip')))],
    otherSentinels: others.length,
    otherSentinelsDown: others.filter((one) => isDown(flagsOf(one))).length,
    replicas: replicas.length,
  };
}

function flagsOf(fields: ReadonlyMap<string, string>): string[] {
  return (fields.get('flags') ?? '').split(',');
}

function isDown(flags: readonly string[]): boolean {
  return flags.includes('s_down') || flags.includes('o_down');
}
