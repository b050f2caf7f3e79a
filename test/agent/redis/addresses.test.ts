import { ownAddress } from '../../../lib/agent/redis/addresses';

const own = (ipFamily: 0 | 4 | 6, POD_IPS?: string) => ownAddress({ POD_IPS }, { ipFamily }, 'direct');

test('the address of the pod is of the installation’s family, whichever is the cluster’s first', () => {
  expect(own(0, '10.1.0.7')).toBe('10.1.0.7');
  expect(own(0, 'fd00::7,10.1.0.7')).toBe('fd00::7');
  expect(own(6, '10.1.0.7,fd00::7')).toBe('fd00::7');
  expect(own(4, 'fd00::7,10.1.0.7')).toBe('10.1.0.7');
});

test('a pod without one is said', () => {
  expect(() => own(0)).toThrow('"direct" needs the variable POD_IPS');
  expect(() => own(6, '10.1.0.7')).toThrow('"direct" needs an address of IPv6, and the pod has 10.1.0.7');
});
