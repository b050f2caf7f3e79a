import * as fs from 'node:fs';
import * as path from 'node:path';
import { NODE_FLAGS } from '../../lib/kube-template-sidecar/node-flags';
import { defaultImage, IMAGES } from '../../lib/options/images';

const DOCKERFILE = fs.readFileSync(path.resolve(__dirname, '..', '..', 'docker', 'kube-template', 'Dockerfile'), 'utf8');

test('the image runs the program as the mounted one runs', () => {
  const [, entryPoint] = /^ENTRYPOINT (.*)$/m.exec(DOCKERFILE)!;
  expect(JSON.parse(entryPoint!)).toEqual(['node', ...NODE_FLAGS, '/opt/kube-template/kube-template.js']);
  expect(DOCKERFILE).toContain(`ARG NODE_IMAGE=${defaultImage(IMAGES.node)}\n`);
});
