import { k8s } from 'cdk8s-plus-27';
import * as fc from 'fast-check';
import { Cpu, Routing } from '../../lib';
import { billionths, bytesOf } from '../../lib/settings/quantity';
import { resolveSettings } from '../../lib/settings/resolve';

describe('a quantity is read as Kubernetes reads it', () => {
  test.each<[string, number]>([
    ['1e9', 1e9], ['1E9', 1e9], ['5e-1', 1], ['1.5e3', 1500], ['+1e+3', 1000],
    ['536870912000m', 536870912], ['1m', 1], ['1001m', 2], ['1000000u', 1], ['1n', 1],
    ['0.5Gi', 2 ** 29], ['.5Gi', 2 ** 29], ['1.Ki', 1024], ['0.3Ki', 308], ['1Pi', 2 ** 50], ['1Ei', 2 ** 60],
    ['1E', 1e18], ['1P', 1e15], ['0.1G', 1e8], ['129M', 129e6], ['512', 512], ['0', 0],
  ])('%s', (text, bytes) => {
    expect(bytesOf(text)).toBe(bytes);
  });

  test.each(['', '.', 'm', '1.5.0', '1 Gi', '1gi', '1K', '1ki', '1e', '1E3Gi', '-1', '1e1e1', '0x10', 'Infinity', '1_000', '１'])('%j is none', (text) => {
    // a trailing "e" has no digits, and is no suffix
    expect(billionths(text)).toBeUndefined();
  });

  test('whatever way a whole number of bytes is written, it is the same', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 40 }), fc.integer({ min: 0, max: 9 }), (bytes, digits) => {
      const shifted = `${bytes}${'0'.repeat(digits)}e-${digits}`;
      expect([String(bytes), `${bytes}000m`, shifted].map(bytesOf)).toEqual([bytes, bytes, bytes]);
      expect(bytesOf(`${bytes}Ki`)).toBe(bytes * 1024);
    }));
  });
});

describe('wherever a quantity is taken', () => {
  const limited = (memory: string, cpu = '1') => {
    const limits = { memory: k8s.Quantity.fromString(memory), cpu: k8s.Quantity.fromString(cpu) };
    return resolveSettings({ server: { resources: { limits }, agent: { resources: { limits } } }, routing: Routing.podIp({ resources: { limits } }), proxy: { resources: { limits } } }, { defaultName: 'x' });
  };

  test.each(['1e9', '1E9', '1G', '1000000000000m', '1000M', '1000000k', '0.001T'])('%s of memory stands for the same memory for data, and the same connections', (memory) => {
    const { server, proxy } = limited(memory, '5e-1');
    expect([server.maxmemoryBytes, proxy!.maxconn]).toEqual([750_000_000, limited('1000000000').proxy!.maxconn]);
  });

  test.each([['1e9', '1Gi'], ['1E3', '1k'], ['1E', '2E']])('a limit of %s is compared with a request of %s', (limit, request) => {
    const resources = { limits: { memory: k8s.Quantity.fromString(limit) }, requests: { memory: k8s.Quantity.fromString(request) } };
    const make = () => resolveSettings({ server: { agent: { resources } } }, { defaultName: 'x' });
    if (limit === '1E3') expect(make).not.toThrow();
    else expect(make).toThrow(`'server.agent.resources.requests.memory' ("${request}") must not exceed the limit (${limit})`);
  });

  test('local storage is compared too', () => {
    const resources = { limits: { 'ephemeral-storage': k8s.Quantity.fromString('1e9') }, requests: { 'ephemeral-storage': k8s.Quantity.fromString('1Gi') } };
    expect(() => resolveSettings({ server: { resources } }, { defaultName: 'x' })).toThrow(`'server.resources.requests.ephemeral-storage' ("1Gi") must not exceed the limit (1e9)`);
  });

  test('a small part of a processor may be written with an exponent, as JavaScript does', () => {
    const made = (cpu: Cpu) => resolveSettings({ server: { resources: { cpu: { request: cpu } } } }, { defaultName: 'x' }).server.resources.requests!.cpu.value;
    expect([made(Cpu.units(1e-7)), made(Cpu.millis(0.5))]).toEqual(['1e-7', '0.5m']);
    for (const cpu of [Cpu.units(0), Cpu.units(-1), Cpu.units(NaN)]) expect(() => made(cpu)).toThrow(`must be more than 0`);
  });
});
