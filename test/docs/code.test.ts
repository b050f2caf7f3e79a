import { blocks, blocksOf } from './support/blocks';
import { compile, run } from './support/typescript';

const BLOCKS = blocks('ts', 'typescript');
const found = compile([...BLOCKS, ...blocksOf('wrong', '```ts\nserver: { replicas: 3 }\n```\n')]);

test('a block with a prop that does not exist is found', () => {
  expect(found['wrong:2'].join()).toContain("'replicas' does not exist in type 'ServerOptions'");
});

test.each(BLOCKS.map((block) => [block.at, block] as const))('%s compiles', (at) => {
  expect(found[at]).toEqual([]);
});

// what needs more than a reader has is code of this repository, and runs in its tests
const OURS = BLOCKS.filter(({ given, page }) => given !== '' || page === 'CONTRIBUTING.md');
test.each(BLOCKS.filter((block) => !OURS.includes(block)).map((block) => [block.at, block] as const))('%s runs, and synthesizes', async (_, block) => {
  expect((await run(block)).length).toBeGreaterThan(0);
});

test('all but blocks for who works on the library run', () => {
  expect([...new Set(OURS.map(({ page }) => page))].sort()).toEqual(['CONTRIBUTING.md', 'docs/how-to/playground.md']);
});
