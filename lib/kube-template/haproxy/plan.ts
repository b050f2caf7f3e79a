import { printAddress, sameAddress } from './address';
import { Config, Server } from './parse';

/** How commands are chosen. */
export interface PlanOptions {
  /** A server that is new, moved or enabled is DOWN until its first good check. Default: true. */
  readonly failClosed?: boolean;
  /** Close the sessions of a server whose address changed. Default: false. */
  readonly closeOnMove?: boolean;
  /** The old servers are what a worker runs. One without weight may be amid a move that failed, which is then finished. Default: false. */
  readonly running?: boolean;
}

/** Commands that make a running HAProxy follow. */
export interface RuntimePlan {
  /** In the order in which they must be given. */
  readonly commands: readonly string[];
  /** The servers whose move is to be finished by `finishMoves`. */
  readonly moved: readonly Server[];
  /** Number of servers that the commands change. */
  readonly servers: number;
}

/** What makes a running HAProxy follow: commands, or a reload for this reason. */
export type Plan = RuntimePlan | { readonly reload: string };

/** What makes a running HAProxy follow from one configuration to another. */
export function plan(old: Config, config: Config, options: PlanOptions = {}): Plan {
  if (old.rest.join('\n') !== config.rest.join('\n')) return { reload: 'other lines than those of servers changed' };
  const planned = planServers(old.servers, config.servers, options);
  if ('commands' in planned && planned.servers > 0 && config.conditional) return { reload: 'servers of a file with conditions or variables changed' };
  return planned;
}

/** What makes HAProxy follow when only servers differ. */
export function planServers(old: ReadonlyMap<string, Server>, servers: ReadonlyMap<string, Server>, options: PlanOptions = {}): Plan {
  const added = [...servers.values()].filter(({ key }) => !old.has(key));
  const removed = [...old.keys()].filter((key) => !servers.has(key));
  const pairs = [...servers.values()].filter(({ key }) => old.has(key)).map((server) => ({ before: old.get(server.key)!, server }));
  const moved = pairs.filter(({ before, server }) => !sameAddress(before.address, server.address)).map((pair) => pair.server);
  const weighted = pairs.filter(({ before, server }) => before.weight !== server.weight).map((pair) => pair.server);
  const switched = pairs.filter(({ before, server }) => before.disabled !== server.disabled).map((pair) => pair.server);
  const changed = new Set([...added, ...moved, ...weighted, ...switched].map(({ key }) => key));
  for (const { before, server } of pairs) {
    if (before.options.join(' ') !== server.options.join(' ')) return { reload: `the options of server ${server.key} changed` };
    const refusal = unmovable(before, server);
    if (refusal !== undefined) return { reload: `${refusal} of server ${server.key} changed` };
  }
  for (const server of added) {
    if (!server.address.numeric) return { reload: `server ${server.key} is new and not at an IP address` };
    const word = server.options.find((option) => /["'\\$;]/.test(option));
    if (word !== undefined) return { reload: `server ${server.key} is new and its option ${word} is not plain` };
  }
  const closed = options.failClosed ?? true;
  const unfinished = weighted.filter((server) => options.running && old.get(server.key)!.weight === 0 && !moved.includes(server));
  const guarded = [...moved, ...unfinished].filter(({ checked, disabled }) => closed && checked && !disabled);
  return {
    commands: [
      ...moves(moved, guarded, options.closeOnMove ?? false),
      ...added.flatMap((server) => addition(server, closed)),
      // The others get their weight when their move is finished.
      ...weighted.filter((server) => !guarded.includes(server)).map(weigh),
      ...switched.flatMap((server) => server.disabled ? [`set server ${server.key} state maint`] : enabling(server, closed)),
      ...removed.flatMap((key) => [`set server ${key} state maint`, `shutdown sessions server ${key}`]),
      ...removed.map((key) => `del server ${key}`),
    ],
    moved: guarded,
    servers: changed.size + removed.length,
  };
}

/** What of an address changed that cannot be set at run time. */
function unmovable(before: Server, { address }: Server): string | undefined {
  if (sameAddress(before.address, address)) return undefined;
  if (!before.address.numeric || !address.numeric) return 'the host name';
  if ((before.address.port === undefined) !== (address.port === undefined)) return 'the port mapping';
  return undefined;
}

/**
 * All servers that move are DOWN before the first has its new address: a server may be judged by the checks of another.
 * A check of the old address may still end well; until `finishMoves` a weight of 0 keeps connections away.
 */
function moves(moved: readonly Server[], guarded: readonly Server[], close: boolean): string[] {
  return [
    ...guarded.map(({ key }) => `set server ${key} weight 0%`),
    ...guarded.map(isDown),
    ...moved.map(({ key, address: { host, port } }) => `set server ${key} addr ${host}${port === undefined ? '' : ` port ${port}`}`),
    ...close ? moved.map(({ key }) => `shutdown sessions server ${key}`) : [],
  ];
}

/**
 * HAProxy adds servers in maintenance. Leaving it, they count as UP until their first check; a weight of 0 keeps connections away from the
 * server until it was set DOWN. It is added with its own weight, though, which is what the percentages of agents refer to for good.
 */
function addition(server: Server, closed: boolean): string[] {
  const { key, address, checked, disabled } = server;
  const guarded = closed && checked && !disabled;
  // Whose address is known needs no other way to find it, and HAProxy refuses to be told one here.
  const options = server.options.join(' ').replace(/(^| )init-addr \S+/, '');
  return [
    `add server ${key} ${printAddress(address)} weight ${server.weight} ${options}`.replace(/ +/g, ' ').trim(),
    ...guarded ? [`set server ${key} weight 0%`] : [],
    ...checked ? [`enable health ${key}`] : [],
    ...server.agent ? [`enable agent ${key}`] : [],
    ...disabled ? [] : [`enable server ${key}`],
    ...guarded ? [isDown(server), weigh(server)] : [],
  ];
}

function enabling(server: Server, closed: boolean): string[] {
  const ready = `set server ${server.key} state ready`;
  if (!closed || !server.checked) return [ready];
  return [`set server ${server.key} weight 0%`, ready, isDown(server), weigh(server)];
}

/** The command that sets a server DOWN until its next good check. */
export function isDown({ key }: Server): string {
  return `set server ${key} health down`;
}

/** The command that gives a server its weight. */
export function weigh({ key, weight }: Server): string {
  return `set server ${key} weight ${weight}`;
}
