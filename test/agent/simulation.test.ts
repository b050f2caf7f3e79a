import { suffer } from './support/disasters';
import { failuresOf, seeds } from './support/seeds';
import { seeing } from './support/seeing';
import { Decide, World } from './support/world';
import { decide } from '../../lib/agent/decide/decide';
import { namedMaster, sentinelsWhere } from '../../lib/agent/observe/observation';

jest.setTimeout(600_000);

/** So many seeds are tried until a missing rule is noticed. */
const SEEDS = 1_000;
/** One that notices what few do: others come after it, as a change of the world may ask for another one. */
const RARE = 160;
const TRIED = seeds('alone', 'first');

const BROKEN: [string, string, Decide][] = [
  ['what the agents say about their data counts', 'was promoted although',
    seeing((view) => ({ ...view, claim: view.claim && { ...view.claim, term: 1, epoch: 0, master: false, live: false } }))],
  ['a first start waits for the others', 'without waiting', (observation, memory, rules) => decide(observation, memory, { ...rules, bootTimeoutMs: 0 })],
  ['a restarted master leaves the role to a replica that kept the data', 'was promoted although', (observation, memory, rules) => {
    const decision = decide(observation, memory, rules);
    return decision.action.kind === 'fail-over' ? { ...decision, action: { kind: 'resume', why: 'broken' } } : decision;
  }],
  ['a named master without data withdraws', 'was promoted although', (observation, memory, rules) => {
    const decision = decide(observation, memory, rules);
    return decision.action.kind === 'withdraw' ? { ...decision, action: { kind: 'resume', why: 'broken' } } : decision;
  }],
  ['a master that was replaced tells nobody about itself', 'was registered although', (observation, memory, rules) => {
    const decision = decide(observation, memory, rules);
    const { sentinels, servers } = observation;
    const register = sentinelsWhere(sentinels, (view) => view.names === 'nobody');
    const forgotten = namedMaster(sentinels) === undefined && register.length > 0 && servers[rules.self]?.role === 'master';
    return forgotten ? { ...decision, action: { kind: 'reconcile-sentinels', register, replace: [], adjust: [] } } : decision;
  }],
  ['a master that nobody names steps down', 'not converged', (observation, memory, rules) => {
    const decision = decide(observation, memory, rules);
    return decision.action.kind === 'step-down' ? { ...decision, action: { kind: 'wait', why: 'broken' } } : decision;
  }],
  ['a server that was replaced is freed of a script', 'not converged', (observation, memory, rules) => {
    const decision = decide(observation, memory, rules);
    return decision.action.kind === 'end-script' ? { ...decision, action: { kind: 'wait', why: 'broken' } } : decision;
  }],
  ['the master tells Sentinels that forgot', 'not converged', (observation, memory, rules) => {
    const decision = decide(observation, memory, rules);
    return decision.action.kind === 'reconcile-sentinels' ? { ...decision, action: { kind: 'steady' } } : decision;
  }],
];

// Errors are everyday events here; nobody reads where they come from.
Error.stackTraceLimit = 0;

describe('in a simulated world', () => {
  test(`none of ${TRIED.count} seeds ends in two masters, in newer data lost to older, or in an installation that does not converge`, async () => {
    expect(await failuresOf(TRIED, (seed) => new World(seed))).toEqual([]);
  });

  test.each(BROKEN)('the rule that %s can\'t be left out', async (_, violation, broken) => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const violations = await suffer(new World(seed, broken));
      if (violations.some((line) => line.includes(violation))) return;
    }
    throw new Error(`${SEEDS} seeds without "${violation}": the simulation does not notice that the rule is missing`);
  });

  test.each<[string, string, (world: World) => void, number?]>([
    ['a Sentinel votes once', 'are master at once', (world) => world.sentinels.forEach((sentinel) => { sentinel.faithless = true; }), RARE],
    ['a paused master accepts nothing', 'was handed over', (world) => world.servers.forEach((server) => { server.restless = true; })],
    ['a master tells how long its stream is', 'was handed over', (world) => world.servers.forEach((server) => { server.modest = true; })],
    ['a record of what was copied waits for the disk', 'was promoted although', (world) => { world.blindToCopies = true; }],
  ])('that %s can\'t be left out', async (_, violation, change, first = 1) => {
    for (let seed = first; seed < first + SEEDS; seed++) {
      const world = new World(seed);
      change(world);
      const violations = await suffer(world);
      if (violations.some((line) => line.includes(violation))) return;
    }
    throw new Error(`${SEEDS} seeds without "${violation}": the simulation does not notice it`);
  });
});
