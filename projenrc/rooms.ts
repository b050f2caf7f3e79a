/**
 * The rooms of lib, from the ground up: a room imports the rooms that stand in its list, and itself. None stands before what it imports, so data goes one
 * way: what users say → settings → topology → objects and texts. docs/explanation/architecture.md draws it.
 */
export const ROOMS: { readonly [room: string]: readonly string[] } = {
  // what whoever asks and whoever is asked both hold to
  'limits': [],
  // what users say
  'options': [],
  // every default filled in and every rule checked
  'settings': ['options', 'limits'],
  // who exists, and how each is named
  'topology': ['settings'],
  // the template engine, of the daemon and of the assets
  'go-template': [],
  // what all parts need to write objects
  'manifests': ['options', 'settings', 'topology', 'go-template'],
  // what programs that run in pods tell Prometheus
  'metrics': [],
  // what they tell whoever reads their logs
  'log': [],
  // the daemon
  'kube-template': ['go-template', 'metrics', 'log'],
  // the parts
  'kube-template-sidecar': ['options', 'settings', 'manifests', 'kube-template', 'go-template'],
  'sentinel': ['options', 'settings', 'topology', 'manifests'],
  'server': ['options', 'settings', 'topology', 'manifests', 'sentinel'],
  'proxy': ['limits', 'options', 'settings', 'topology', 'manifests', 'kube-template-sidecar'],
  // what an installation begins with
  'restore': ['options', 'settings', 'topology', 'manifests'],
  // where there is no proxy
  'direct': ['settings', 'topology', 'manifests'],
  'certificates': ['settings', 'topology', 'manifests'],
  'access': ['options', 'settings', 'topology', 'manifests'],
  // beside an installation: it is known by what its interface tells
  'monitoring': ['options', 'settings', 'topology', 'manifests'],
  'backup': ['options', 'settings', 'topology', 'manifests'],
  'order': ['options', 'settings', 'topology', 'manifests'],
  'benchmark': ['options', 'settings', 'topology', 'manifests'],
  // values files, read on the user's machine
  'yaml-reader': ['kube-template'],
  // values of Helm charts as props
  'helm-values': ['options', 'settings', 'manifests', 'monitoring', 'yaml-reader'],
  // the construct that users create
  'redis-ha': ['options', 'settings', 'topology', 'manifests', 'sentinel', 'server', 'proxy', 'direct', 'certificates', 'access', 'restore', 'helm-values'],
  // the program beside each server
  'agent': ['limits', 'metrics', 'log'],
  // the program on the user's machine
  'cli': ['limits', 'options', 'settings', 'topology', 'manifests', 'helm-values', 'redis-ha', 'benchmark'],
};

/** Rooms of the agent: what it is told, whom it speaks with, what it sees, what that means, what it does, what it shows at the Kubernetes API, whom it leads clients to, what it counts. Its main files stand above them. */
export const AGENT_ROOMS: { readonly [room: string]: readonly string[] } = {
  'agent/base': [],
  'agent/run-dir': ['log', 'agent/base'],
  'agent/config': ['limits', 'log', 'agent/base'],
  'agent/redis': ['log', 'agent/base', 'agent/config'],
  'agent/observe': ['agent/base', 'agent/config', 'agent/redis'],
  'agent/decide': ['agent/observe'],
  'agent/act': ['limits', 'log', 'agent/base', 'agent/config', 'agent/redis', 'agent/observe', 'agent/decide'],
  'agent/kubernetes': ['log', 'agent/config', 'agent/observe', 'agent/act'],
  'agent/direct': ['log', 'agent/base', 'agent/config', 'agent/redis', 'agent/observe', 'agent/decide', 'agent/act', 'agent/kubernetes'],
  'agent/count': ['metrics', 'log', 'agent/base', 'agent/observe', 'agent/decide', 'agent/act'],
};

/** Rooms of the command line: what all commands have, the way into a cluster, what is read there, what that means, and how it is shown. Commands stand above them. */
export const CLI_ROOMS: { readonly [room: string]: readonly string[] } = {
  'cli/base': [],
  'cli/kubectl': ['cli/base'],
  'cli/read': ['cli/base', 'cli/kubectl', 'topology', 'manifests'],
  'cli/judge': ['limits', 'cli/read'],
  'cli/show': ['cli/base', 'cli/read', 'cli/judge'],
  'cli/diagram': ['cli/base', 'helm-values', 'topology'],
  'cli/bench': ['cli/base', 'cli/read', 'options', 'settings', 'redis-ha', 'benchmark'],
  'cli/import': ['cli/base', 'options', 'helm-values', 'redis-ha'],
};

/** Rooms whose code runs in users' pods or at synth without cdk8s, and the packages that each may import beside Node.js' own modules. */
export const PACKAGES: { readonly [room: string]: readonly string[] } = {
  'agent': [],
  'kube-template': ['js-yaml'],
  'go-template': ['re2js'],
  'limits': [],
  'metrics': [],
  'log': [],
  'topology': [],
  'yaml-reader': ['js-yaml'],
  'cli': [],
};

/** What uses the library on this machine, and is used by none of it: the harness knows nothing of the screen and the keys upon it. */
const PLAYGROUND = [
  { target: './playground/stack', from: './playground', except: ['./stack'], message: 'playground/stack, which tests use too, imports nothing else of playground' },
  { target: './lib', from: './playground', message: 'lib imports nothing of playground' },
].map((zone) => ({ ...zone, message: `${zone.message} (projenrc/rooms.ts)` }));

/** One zone a room, for the rule import/no-restricted-paths. Assets are no room: texts, and bundles that hold no code of a room above. */
export const ZONES = [...PLAYGROUND, ...Object.entries({ ...ROOMS, ...AGENT_ROOMS, ...CLI_ROOMS }).map(([room, imports]) => ({
  target: `./lib/${room}`,
  from: './lib',
  except: ['assets', room, ...imports].map((name) => `./${name}`),
  message: `lib/${room} imports ${imports.length === 0 ? 'its own files only' : `only itself and ${imports.join(', ')}`} (projenrc/rooms.ts)`,
}))];
