import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** A self-signed certificate for 127.0.0.1, and its key; PEM. It is its own CA. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Makes a new certificate with the openssl program. @param addresses further ones that it is for */
export function makeCertificate(...addresses: string[]): Certificate {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certificate-'));
  try {
    const keyFile = path.join(dir, 'key.pem');
    const certFile = path.join(dir, 'cert.pem');
    execFileSync('openssl', [
      'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
      '-subj', '/CN=fake-api', '-addext', `subjectAltName=${['127.0.0.1', ...addresses].map((address) => `IP:${address},`).join('')}DNS:localhost`, '-keyout', keyFile, '-out', certFile,
    ], { stdio: 'ignore' });
    return { cert: fs.readFileSync(certFile, 'utf8'), key: fs.readFileSync(keyFile, 'utf8') };
  } finally {
    fs.rmSync(dir, { recursive: true });
  }
}
