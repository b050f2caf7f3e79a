import * as fs from 'node:fs';
import * as path from 'node:path';
import { AGENT_ROOMS, CLI_ROOMS, PACKAGES, ROOMS } from '../../projenrc/rooms';

const ROOT = path.resolve(__dirname, '..', '..');
const LIB = path.join(ROOT, 'lib');

// the only class of ESLint that reads .eslintrc.json
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { LegacyESLint } = require('eslint/use-at-your-own-risk');

/** The rules that are asked for here. All others look at the same files, and take most of the time. */
const ASKED = ['import/no-restricted-paths', 'no-restricted-imports'];
let quick: Promise<any> | undefined;

/** ESLint with the configuration of the project, but for the other rules, and without types, which only they need. */
async function eslintOf(filePath: string): Promise<any> {
  const { rules } = await new LegacyESLint({ cwd: ROOT }).calculateConfigForFile(filePath);
  const others = Object.keys(rules).filter((name) => !ASKED.includes(name));
  return new LegacyESLint({ cwd: ROOT, overrideConfig: { rules: Object.fromEntries(others.map((name) => [name, 'off'])), parserOptions: { projectService: false } } });
}

/** For each of these lines at the head of the folder's first file: the rules that it breaks. */
async function broken(room: string, lines: readonly string[], root = LIB): Promise<string[][]> {
  const filePath = path.join(root, room, fs.readdirSync(path.join(root, room)).find((file) => file.endsWith('.ts'))!);
  const eslint = await (quick ??= eslintOf(filePath));
  const [{ messages }] = await eslint.lintText([...lines, fs.readFileSync(filePath, 'utf8')].join('\n'), { filePath });
  const errors = messages.filter((message: any) => message.severity === 2);
  return lines.map((_, index) => errors.filter((message: any) => message.line === index + 1).map((message: any) => message.ruleId));
}

/** A file of a room, as another one imports it. */
function importOf(room: string, from: string): string {
  const file = fs.readdirSync(path.join(LIB, room)).find((name) => name.endsWith('.ts'))!;
  return `${path.posix.relative(from, room)}/${path.basename(file, '.ts')}`;
}

const foldersOf = (folder: string) => fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

test('every folder of lib is a room, or holds no TypeScript', () => {
  expect(foldersOf(LIB).filter((name) => name !== 'assets').sort()).toEqual(Object.keys(ROOMS).sort());
  for (const [parent, rooms] of [['agent', AGENT_ROOMS], ['cli', CLI_ROOMS]] as const) {
    expect(foldersOf(path.join(LIB, parent)).map((name) => `${parent}/${name}`).sort()).toEqual(Object.keys(rooms).sort());
  }
});

describe.each([ROOMS, AGENT_ROOMS, CLI_ROOMS])('rooms', (rooms) => {
  const order = Object.keys(rooms);

  test.each(order)('%s imports none that stands after it', (room) => {
    expect(rooms[room].filter((name) => order.indexOf(name) >= order.indexOf(room))).toEqual([]);
  });

  test.each(order)('%s may import the rooms of its list, and no other', async (room) => {
    // those of a part import others from outside of it, too
    const others = [...new Set([...order, ...rooms[room]])].filter((other) => other !== room);
    const rules = await broken(room, others.map((other, index) => `import * as other${index} from '${importOf(other, room)}';`));
    const permitted = others.filter((_, index) => !rules[index].includes('import/no-restricted-paths'));
    expect(permitted.sort()).toEqual([...rooms[room]].sort());
  }, 60_000);
});

describe.each(Object.entries(PACKAGES))('lib/%s', (room, packages) => {
  test('imports no package but those of its list', async () => {
    const names = ['cdk8s', 'fs', 'node:fs', ...packages];
    const rules = await broken(room, names.map((name, index) => `import * as other${index} from '${name}';`));
    expect(names.filter((_, index) => rules[index].includes('no-restricted-imports'))).toEqual(['cdk8s', 'fs']);
  }, 60_000);
});

describe('the playground', () => {
  const LINES = ["import * as a from '../screen';", "import * as b from '../../lib';", "import * as c from './pod';"];

  test('has a harness that knows nothing of the screen', async () => {
    const rules = await broken('playground/stack', LINES, ROOT);
    expect(rules.map((each) => each.includes('import/no-restricted-paths'))).toEqual([true, false, false]);
  }, 60_000);

  test('is imported by no room of lib', async () => {
    const [rules] = await broken('redis-ha', ["import * as stack from '../../playground/stack';"]);
    expect(rules).toContain('import/no-restricted-paths');
  }, 60_000);
});
