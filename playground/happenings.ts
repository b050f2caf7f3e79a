import type { Look } from './stack';

/** What changed between two looks, in words. */
export function changes(before: Look | undefined, now: Look): string[] {
  const servers = now.servers.flatMap(({ role, follows }, server) => {
    const was = before?.servers[server];
    if (was?.role === role && was.follows === follows) return [];
    return [`server ${server} ${describe(role, follows)}`];
  });
  const named = now.sentinels.map(({ names }) => names);
  const changed = named.some((names, sentinel) => names !== before?.sentinels[sentinel].names);
  return [...servers, ...changed ? [sentinels(named)] : []];
}

function describe(role: Look['servers'][number]['role'], follows: number): string {
  switch (role) {
    case 'master': return 'is master';
    case 'replica': return `is a replica of server ${follows}, in sync`;
    case 'syncing': return follows < 0 ? 'is a standby without a master' : `follows server ${follows}, not in sync`;
    case 'down': return 'does not answer';
  }
}

/** `all 3 Sentinels name server 1`, or each of them. */
function sentinels(named: readonly Look['sentinels'][number]['names'][]): string {
  const word = (names: typeof named[number]) => (typeof names === 'number' ? `server ${names}` : names === 'down' ? 'nothing (down)' : names);
  if (new Set(named).size === 1) return `all ${named.length} Sentinels name ${word(named[0])}`;
  return `Sentinels name ${named.map((names, sentinel) => `${sentinel}: ${word(names)}`).join(', ')}`;
}
