import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Engine, KubeTemplateImage, RedisHaProps, Routing } from '../../lib';
import { defaultImage, IMAGES } from '../../lib/options/images';
import { install } from '../support/manifests';

const ROOT = path.resolve(__dirname, '..', '..');
const DOCS = fs.readFileSync(path.join(ROOT, 'docs', 'reference', 'versions.md'), 'utf8');

describe('the default images', () => {
  const images = (props: RedisHaProps = {}) => [...new Set(install(props).all.flatMap(({ spec }) => (
    spec?.template?.spec?.containers ?? []).map((container: any) => container.image)))].sort();

  test('are those of the table, and no others', () => {
    expect(images({ routing: Routing.podIp() })).toEqual([IMAGES.haproxy, IMAGES.node, IMAGES.redis].map((image) => defaultImage(image)).sort());
    expect(images({ engine: Engine.valkey() })).toContain(defaultImage(IMAGES.valkey));
  });

  test('come from another registry when that is asked for', () => {
    const mirrored = images({ routing: Routing.podIp(), imageRegistry: 'registry.example.com/mirror' });
    expect(mirrored).toEqual(['haproxy', 'node', 'redis'].map((name) => (
      expect.stringMatching(`^registry\\.example\\.com/mirror/library/${name}:`))));
  });

  test('give way to a version of the engine, and to an image', () => {
    expect(images({ engine: Engine.redis({ version: '7.2.16' }) })).toContain('docker.io/library/redis:7.2.16');
    const image = KubeTemplateImage.of('registry.example.com/kube-template:1');
    expect(images({ engine: Engine.redis({ image: 'mine:1' }), proxy: { image: 'mine:2' }, server: { agent: { image: 'mine:3' } }, routing: Routing.podIp({ image }) }))
      .toEqual(['mine:1', 'mine:2', 'mine:3', 'registry.example.com/kube-template:1']);
  });

  test.each(Object.entries(IMAGES))('%s has a tag of a release, which docs/reference/versions.md explains', (_, image) => {
    expect(image.tag).toMatch(/^v?\d+\.\d+\.\d+(-slim|-alpine)?$/);
    expect(DOCS).toContain(`\n| \`${defaultImage(image)}\` | `);
  });

  test('are named nowhere else in the library', () => {
    const words = Object.values(IMAGES).flatMap(({ repository, tag }) => [tag.replace(/-(slim|alpine)$/, ''), `${repository}:`]);
    const found = execFileSync('grep', ['-rlF', ...words.flatMap((word) => ['-e', word]), 'lib', '--include=*.ts', '--include=*.sh', '--include=*.cfg', '--include=*.conf'], { cwd: ROOT, encoding: 'utf8' });
    expect(found).toBe('lib/options/images.ts\n');
  });

  test('get their names on the lab from the table', () => {
    const calls = execFileSync(path.join(ROOT, '.ci', 'lab-images'), ['echo'], { encoding: 'utf8' }).trim().split('\n');
    const names = Object.values(IMAGES).map((image) => defaultImage(image));
    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls) expect(names).toContain(/^tag (\S+) \S+$/.exec(call)![1]);
  });
});
