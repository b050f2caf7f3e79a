import { Block, blocks } from './support/blocks';
import { isProgram, run } from './support/typescript';

/** What commands of a page name: objects that its program makes, and the Secret. */
function named(page: string): string[] {
  const lines = blocks('sh').filter((block) => block.page === page).map(({ text }) => text).join('\n');
  const objects = [...lines.matchAll(/\b(service|deployment|statefulset)\/([\w-]+)/g)].map(([, kind, name]) => `${kind} ${name}`);
  const pods = [...lines.matchAll(/\bpod ([\w-]+)-\d\b/g)].map(([, set]) => `statefulset ${set}`);
  return [...objects, ...pods];
}

test.each(['README.md', 'docs/tutorials/first-installation.md'])('commands of %s name what its program makes', async (page) => {
  const [program] = blocks('ts').filter((block: Block) => block.page === page && isProgram(block));
  const made = (await run(program)).map((each) => each.toLowerCase());
  expect(named(page).filter((name) => !made.includes(name))).toEqual([]);
  expect(named(page).length).toBeGreaterThan(1);
  const text = blocks('sh').filter((block) => block.page === page).map((block) => block.text).join('\n');
  const secrets = [...text.matchAll(/secret (?:generic )?([\w-]+)/g)].map(([, name]) => name);
  expect([...new Set(secrets)]).toEqual(['cache-redis-auth']);
});
