import * as fs from 'node:fs';
import { AddressInfo } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import * as tls from 'node:tls';
import { SecureConnections } from '../../../lib/agent/redis/secure-connections';
import { SecretFiles, TestCa } from '../../support/pki';

let ca: TestCa;
let other: TestCa;
let dir: string;
let server: tls.Server;
beforeAll(async () => {
  ca = new TestCa();
  other = new TestCa('other');
  const files = ca.leaf();
  server = tls.createServer({ cert: files['tls.crt'], key: files['tls.key'] }, (socket) => socket.on('error', () => undefined).end());
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterAll(async () => {
  await new Promise((closed) => server.close(closed));
  for (const each of [ca, other]) each.remove();
});
beforeEach(() => { dir = fs.mkdtempSync(path.join(os.tmpdir(), 'secure-')); });
afterEach(() => fs.rmSync(dir, { recursive: true }));

const write = (files: Partial<SecretFiles>) => Object.entries(files).forEach(([file, text]) => fs.writeFileSync(path.join(dir, file), text));
const connect = async (connections: SecureConnections) => new Promise<string>((done) => {
  const socket = tls.connect({ ...connections.options(), host: '127.0.0.1', port: (server.address() as AddressInfo).port }, () => done('connected'));
  socket.on('error', (error) => done(error.message)).on('close', () => socket.destroy());
});

test('an agent that starts while key and certificate do not fit reaches others all the same, whose CA it knows', async () => {
  write({ ...ca.leaf(), 'tls.key': 'junk' });
  const connections = new SecureConnections({ dir, serverName: 'redis', clientCertificates: false });
  expect(await connect(connections)).toBe('connected');
  write({ 'ca.crt': other.cert });
  expect(await connect(connections)).toMatch(/unable to|self-signed/);
  write({ 'ca.crt': '' });
  expect(() => connections.options()).toThrow('ca.crt holds no certificate');
});

test('one that has to show a certificate waits for one', () => {
  write({ ...ca.leaf(), 'tls.key': 'junk' });
  expect(() => new SecureConnections({ dir, serverName: 'redis', clientCertificates: true }).options()).toThrow('tls.key is not the key of tls.crt');
});

test('what fitted stays in use while the files do not', async () => {
  write(ca.leaf());
  const connections = new SecureConnections({ dir, serverName: 'redis', clientCertificates: false });
  expect(await connect(connections)).toBe('connected');
  write({ 'ca.crt': other.cert });
  expect(await connect(connections)).toBe('connected');
});
