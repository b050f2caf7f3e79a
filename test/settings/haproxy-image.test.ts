import { defaultImage, IMAGES } from '../../lib/options/images';
import { haproxyWarnings } from '../../lib/settings/haproxy-image';
import { resolveSettings } from '../../lib/settings/resolve';
import { install } from '../support/manifests';

describe('proxy.image', () => {
  let warnings: jest.SpyInstance;
  beforeEach(() => { warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined); });
  afterEach(() => warnings.mockRestore());

  test.each(['haproxy:3.0.0', 'docker.io/library/haproxy:3.0.11', 'registry.example.com/haproxy:3.0.9-alpine', `haproxy:3.0.5@sha256:${'0'.repeat(64)}`])(
    'warns once of %s, whose clients hang', (image) => {
      for (let time = 0; time < 2; time += 1) expect(install({ proxy: { image } }).container('Deployment', 'redis-proxy', 'proxy').image).toBe(image);
      expect(warnings.mock.calls).toEqual([[expect.stringContaining(`'proxy.image' ("${image}") freezes clients`), { type: 'cdk8s-redis-ha', code: 'HAPROXY_FREEZES_SESSIONS' }]]);
    });

  test.each(['haproxy:3.0.12', 'haproxy:3.0.110', 'haproxy:3.2.1', 'haproxy:2.6.12', 'haproxy:13.0.1', defaultImage(IMAGES.haproxy)])('says nothing of %s', (image) => {
    expect(haproxyWarnings('proxy.image', image)).toEqual([]);
    install({ proxy: { image } });
    expect(warnings).not.toHaveBeenCalled();
  });

  test('settings are pure: they hand the warning over, each time', () => {
    for (let time = 0; time < 2; time += 1) {
      expect(resolveSettings({ proxy: { image: 'haproxy:3.0.1' } }, { defaultName: 'x' }).warnings).toEqual([expect.objectContaining({ code: 'HAPROXY_FREEZES_SESSIONS' })]);
    }
    expect(warnings).not.toHaveBeenCalled();
  });
});
