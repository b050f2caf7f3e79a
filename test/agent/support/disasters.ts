import { BOOT_TIMEOUT_MS, World } from './world';

/** After that a pod is killed. */
const GRACE_PERIOD_MS = 40_000;

/** Something that happens to an installation. Ends when the installation should converge by itself. */
type Disaster = (world: World, master: number) => Promise<void>;

/** Starts pods and Sentinels in any order within some seconds, some of them unable to reach others at first. */
async function startAll(world: World, pods: readonly number[], sentinels: 'blank' | 'kept'): Promise<void> {
  const { random, clock } = world;
  cutSome(world);
  const spread = random.pick([50, 500, 4_000]);
  for (const i of pods) clock.in(random.between(0, spread), () => world.startPod(i));
  if (sentinels === 'blank') {
    for (const sentinel of world.sentinels) clock.in(random.between(0, spread), () => sentinel.start({ blank: true }));
  }
  await pass(world, spread + 1);
}

/** Some pods or Sentinels cannot reach some others for a while, in one direction or both. */
function cutSome(world: World): void {
  const { random, clock } = world;
  if (random.chance(0.4)) return;
  const all = world.servers.map((_, i) => i);
  for (let n = random.between(1, 4); n > 0; n--) {
    const from = `${random.pick(['r', 'r', 's'])}${random.pick(all)}`;
    // Sentinels that don't see a living master replace it, rightly.
    const to = `${from.startsWith('s') ? 's' : random.pick(['r', 'r', 's'])}${random.pick(all)}`;
    const both = from[0] === to[0] && random.chance(0.5);
    if (from === to) continue;
    world.setCut(from, to, true);
    if (both) world.setCut(to, from, true);
    clock.in(random.between(500, 3 * BOOT_TIMEOUT_MS), () => {
      world.setCut(from, to, false);
      if (both) world.setCut(to, from, false);
    });
  }
}

async function pass(world: World, ms: number): Promise<void> {
  await world.clock.runUntil(() => false, ms);
}

function stopAll(world: World, options: { sentinels: boolean; losesData?: number }): void {
  world.servers.forEach((_, i) => world.stopPod(i, { losesData: i === options.losesData }));
  if (options.sentinels) world.sentinels.forEach((sentinel) => sentinel.stop());
}

/** Everything stops; the Sentinels forget; perhaps the volume of one server is lost. */
const totalRestart: Disaster = async (world, master) => {
  const { random } = world;
  stopAll(world, { sentinels: true, losesData: random.chance(0.3) ? random.pick([master, random.between(0, world.size - 1)]) : undefined });
  await startAll(world, world.servers.map((_, i) => i), 'blank');
};

/** Everything stops, the Sentinels forget, and one server returns late. */
const oneReturnsLate: Disaster = async (world, master) => {
  const late = world.random.pick([master, world.random.between(0, world.size - 1)]);
  stopAll(world, { sentinels: true });
  await startAll(world, world.servers.map((_, i) => i).filter((i) => i !== late), 'blank');
  world.clock.in(world.random.between(0, 4 * BOOT_TIMEOUT_MS), () => world.startPod(late));
  await pass(world, 4 * BOOT_TIMEOUT_MS);
};

/** A server is away while others go on and the master moves; then everything stops, and the stale one is first to return. */
const staleReturnsFirst: Disaster = async (world, master) => {
  const { random } = world;
  world.stopPod(master, { losesData: false });
  await world.clock.runUntil(() => world.convergedOn !== undefined, 60_000);
  await pass(world, random.between(0, 4_000));
  stopAll(world, { sentinels: true });
  world.startPod(master);
  await pass(world, random.between(0, 1_000));
  await startAll(world, world.servers.map((_, i) => i).filter((i) => i !== master), 'blank');
};

/** The process of the master dies and returns, with or without its data. */
const masterCrashes: Disaster = async (world, master) => {
  const { random } = world;
  world.crashServer(master, { losesData: random.chance(0.5) });
  await pass(world, random.between(10, 6_000));
  world.servers[master].start();
};

/** A script that has written does not end, on the master or another server; perhaps nobody can take over at first. */
const endlessScript: Disaster = async (world, master) => {
  const { random, clock } = world;
  const busy = random.chance(0.7) ? master : random.between(0, world.size - 1);
  if (random.chance(0.3)) {
    const away = world.servers.map((_, i) => i).filter((i) => i !== busy);
    away.forEach((i) => world.stopPod(i, { losesData: false }));
    away.forEach((i) => clock.in(random.between(1_000, 20_000), () => world.startPod(i)));
  }
  world.servers[busy].busy = true;
  await pass(world, 20_001);
};

/** The whole pod of the master dies, so that nobody asks for a failover, and returns, with or without its volume. */
const masterPodReturns: Disaster = async (world, master) => {
  const { random } = world;
  world.stopPod(master, { losesData: random.chance(0.5) });
  await pass(world, random.between(10, 6_000));
  world.startPod(master);
};

/** All servers restart while the Sentinels remember; perhaps the master lost its data. */
const serversRestart: Disaster = async (world, master) => {
  stopAll(world, { sentinels: false, losesData: world.random.chance(0.5) ? master : undefined });
  await startAll(world, world.servers.map((_, i) => i), 'kept');
};

/** Sentinels forget, one or all, and perhaps the master dies with them. */
const sentinelsForget: Disaster = async (world, master) => {
  const { random } = world;
  const forgetful = random.chance(0.5) ? world.sentinels : [random.pick(world.sentinels)];
  for (const sentinel of forgetful) sentinel.start({ blank: true });
  if (random.chance(0.4)) {
    world.crashServer(master, { losesData: random.chance(0.5) });
    await pass(world, random.between(10, 4_000));
    world.servers[master].start();
  }
};

/** The master is cut off while the others elect another one; then these all restart, their Sentinels forget, and the old one is back. */
const cutOffMasterReturns: Disaster = async (world, master) => {
  const { random, clock } = world;
  const others = world.servers.map((_, i) => i).filter((i) => i !== master);
  world.isolate(master, true);
  await clock.runUntil(() => others.some((i) => world.isRecordedMaster(i)), 60_000);
  await pass(world, random.between(0, 4_000));
  others.forEach((i) => world.stopPod(i, { losesData: false }));
  world.sentinels.forEach((sentinel) => sentinel.stop());
  clock.in(random.between(0, 2 * BOOT_TIMEOUT_MS), () => world.isolate(master, false));
  await startAll(world, others, 'blank');
};

/** The pods of the master and perhaps of another server are deleted, while others come and go. */
const plannedStop: Disaster = async (world, master) => {
  const { random, clock } = world;
  const pods = world.servers.map((_, i) => i);
  const stopping = new Set([random.chance(0.8) ? master : random.pick(pods)]);
  if (random.chance(0.3)) stopping.add(random.pick(pods));
  cutSome(world);
  const passer = random.pick(pods);
  if (random.chance(0.3) && !stopping.has(passer)) {
    clock.in(random.between(0, 3_000), () => world.crashServer(passer, { losesData: random.chance(0.5) }));
    clock.in(random.between(3_000, 6_000), () => world.servers[passer].start());
  }
  if (random.chance(0.4)) world.servers.forEach((server) => { server.lagsUntil = clock.now() + random.between(0, 4_000); });
  if (random.chance(0.2)) clock.in(random.between(0, 3_000), () => random.pick(world.sentinels).start({ blank: random.chance(0.5) }));
  const ready = new Set<number>();
  for (const pod of stopping) clock.in(random.between(0, 500), () => void world.prepareStop(pod).then(() => ready.add(pod)));
  await clock.runUntil(() => ready.size === stopping.size, GRACE_PERIOD_MS);
  for (const pod of stopping) {
    world.stopPod(pod, { losesData: random.chance(0.5) });
    clock.in(random.between(0, 6_000), () => world.startPod(pod));
  }
  await pass(world, 6_001);
};

/** The master's pod is deleted while the network between it and one replica is cut, which the Sentinels and the other replicas reach. */
const handOverPastOne: Disaster = async (world, master) => {
  const { random, clock } = world;
  const laggard = random.pick(world.servers.map((_, i) => i).filter((i) => i !== master));
  const cut = (is: boolean): void => [[master, laggard], [laggard, master]].forEach(([from, to]) => world.setCut(`r${from}`, `r${to}`, is));
  cut(true);
  clock.in(random.between(0, 20_000), () => cut(false));
  await pass(world, random.between(0, 3_000));
  let ready = false;
  void world.prepareStop(master).then(() => ready = true);
  await clock.runUntil(() => ready, GRACE_PERIOD_MS);
  world.stopPod(master, { losesData: random.chance(0.5) });
  await pass(world, random.between(0, 6_000));
  world.startPod(master);
  await pass(world, 20_000);
};

/** While the installation begins with the data of a restore, servers and the source of that come and go. */
async function crashAtFirst(world: World): Promise<void> {
  const { random, clock } = world;
  for (let n = random.between(0, 4); n > 0; n--) {
    await pass(world, random.between(0, 4_000));
    const pod = random.between(0, world.size - 1);
    switch (random.between(0, 3)) {
      case 0:
        world.sourceUp = false;
        clock.in(random.between(500, 10_000), () => { world.sourceUp = true; });
        break;
      case 1:
        world.stopPod(pod, { losesData: random.chance(0.3) });
        clock.in(random.between(500, 3 * BOOT_TIMEOUT_MS), () => world.startPod(pod));
        break;
      default:
        world.crashServer(pod, { losesData: false });
        clock.in(random.between(10, 2_000), () => world.servers[pod].start());
    }
  }
  await pass(world, 3 * BOOT_TIMEOUT_MS);
}

const DISASTERS = [
  totalRestart, oneReturnsLate, staleReturnsFirst, masterCrashes, masterPodReturns, serversRestart, sentinelsForget, cutOffMasterReturns,
  plannedStop, handOverPastOne, endlessScript,
];

/** A first start and some disasters, as the seed of the world says. Returns what must not happen and did. */
export async function suffer(world: World): Promise<readonly string[]> {
  const disasters = world.random.between(1, 2);
  await startAll(world, world.servers.map((_, i) => i), 'blank');
  if (world.restores) await crashAtFirst(world);
  for (let n = 0; ; n++) {
    const converged = await world.clock.runUntil(() => world.convergedOn !== undefined, 120_000);
    if (!converged) return [...world.violations, `${world.clock.now()} VIOLATION not converged`];
    if (n === disasters) return world.violations;
    await pass(world, world.random.between(500, 4_000));
    const disaster = world.random.pick(DISASTERS);
    world.lines.push(`${world.clock.now()} world DISASTER ${disaster.name}`);
    await disaster(world, world.servers.findIndex((server) => server.up && server.role === 'master'));
  }
}
