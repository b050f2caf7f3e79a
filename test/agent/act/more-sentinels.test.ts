import { mayTake } from '../../../lib/agent/act/more-sentinels';
import { Registration } from '../../../lib/agent/act/registration';
import { parseConfig } from '../../../lib/agent/config/parse-config';
import { Peers } from '../../../lib/agent/redis/peers';
import { Endpoint } from '../../../lib/agent/redis/resp';
import { Log } from '../../../lib/log/log';

const SERVERS = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
const SENTINELS = ['10.0.1.1', '10.0.1.2', '10.0.1.3'];

/** What each Sentinel of a new list names: a server, nobody, or it does not answer. */
type Says = string | null | 'silent';

class World {
  private readonly sentinels = SENTINELS.map((_, index): Endpoint => {
    const answer = (...command: string[]) => {
      if (command[1] === 'MONITOR') this.says[index] = command[3];
      return command[1] === 'GET-MASTER-ADDR-BY-NAME' ? this.says[index] && [this.says[index]!, '6379'] : command[1] === 'MASTER' ? [] : 'OK';
    };
    return {
      call: async () => 'OK',
      batch: async (commands) => {
        if (this.says[index] === 'silent') throw new Error('no answer');
        return commands.map((command) => answer(...command));
      },
    };
  });

  constructor(public readonly says: Says[]) {}

  public async mayTake(named: boolean, isMaster: boolean): Promise<boolean> {
    const config = parseConfig(JSON.stringify({ masterName: 'm', servers: SERVERS, sentinels: SENTINELS, self: 0 }), '');
    const registration: Registration = {
      config, downAfterMs: () => 1, address: SERVERS[0], password: () => undefined, log: new Log({ write: () => undefined }),
    };
    const peers = { sentinels: this.sentinels, addresses: SERVERS, sentinelAddresses: SENTINELS } as unknown as Peers;
    return mayTake(peers, registration, { named, isMaster });
  }
}

describe('members with more Sentinels', () => {
  test('wait while a majority of these is not there', async () => {
    const world = new World([SERVERS[0], 'silent', 'silent']);
    expect([await world.mayTake(true, true), await world.mayTake(true, true)]).toEqual([false, false]);
  });

  test('are taken once the master made itself known to a majority', async () => {
    const world = new World([SERVERS[0], null, 'silent']);
    expect([await world.mayTake(true, true), world.says, await world.mayTake(true, true)]).toEqual([false, [SERVERS[0], SERVERS[0], 'silent'], true]);
  });

  test('wait beside a replica until the master did that', async () => {
    const world = new World([SERVERS[1], null, null]);
    expect([await world.mayTake(true, false), world.says]).toEqual([false, [SERVERS[1], null, null]]);
    world.says[2] = SERVERS[1];
    expect(await world.mayTake(true, false)).toBe(true);
  });

  test('are taken with a majority that answers where the former ones name nobody any more: they may be lost', async () => {
    expect(await new World([SERVERS[0], null, 'silent']).mayTake(false, true)).toBe(true);
    expect(await new World([SERVERS[0], 'silent', 'silent']).mayTake(false, true)).toBe(false);
  });
});
