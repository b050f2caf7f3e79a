import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { absolute, ownAddress, resolveAll } from '../../../lib/agent/redis/addresses';
import { KnownAddresses } from '../../../lib/agent/redis/known-addresses';
import { Log } from '../../../lib/log/log';

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

describe('a Service is asked for in the domain of its namespace alone', () => {
  const file = path.join(os.tmpdir(), `resolv-${process.pid}.conf`);
  afterAll(() => fs.rmSync(file));

  test.each([
    ['a', 'search shop.svc.cluster.local svc.cluster.local cluster.local corp.example.com', 'a.shop.svc.cluster.local.'],
    ['a', 'search corp.example.com shop.svc.cluster.local', 'a.shop.svc.cluster.local.'],
    ['a', 'search shop.svc.cluster.local svc.cluster.local cluster.local other.svc.cluster.local', 'a.shop.svc.cluster.local.'],
    ['a', 'search svc.cluster.local', 'a'],
    ['a.other', 'search shop.svc.cluster.local', 'a.other'],
  ])('%s with "%s"', (name, line, asked) => {
    fs.writeFileSync(file, `nameserver 10.96.0.10\n${line}\noptions ndots:5\n`);
    expect(absolute(name, file)).toBe(asked);
  });
});

describe('an agent that starts again', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'known-'));
  const lines: string[] = [];
  const log = new Log({ write: (line: string) => lines.push(line) });
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  test('has the addresses that names had, where these do not resolve, and no others', async () => {
    new KnownAddresses(folder).keep(['a.invalid', '10.0.0.1', 'localhost'], ['10.0.0.7', '10.0.0.1', '10.0.0.8']);
    const known = new KnownAddresses(folder);
    expect(await resolveAll(['a.invalid', '10.0.0.1', 'localhost'], 4, log, (host) => known.of(host))).toEqual(['10.0.0.7', '10.0.0.1', '127.0.0.1']);
    expect(lines).toEqual([expect.stringContaining('warn address a.invalid does not resolve, and keeps 10.0.0.7: ')]);
    expect(known.of('b.invalid')).toBeUndefined();
  });

  test('needs no folder for that', () => {
    const nowhere = new KnownAddresses(path.join(folder, 'nowhere'));
    nowhere.keep(['a.invalid'], ['10.0.0.7']);
    expect(nowhere.of('a.invalid')).toBeUndefined();
  });
});
