import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** What a certificate is to be. */
export interface LeafOptions {
  /** Host names. Default: `redis`. */
  readonly names?: readonly string[];
  /** Extended key usages of openssl; none for a certificate without. Default: both. */
  readonly usages?: readonly string[];
  /** From when to when it is valid. Default: from yesterday to tomorrow. */
  readonly from?: Date;
  readonly to?: Date;
}

/** PEM texts, as a Secret has them. */
export interface SecretFiles {
  readonly 'ca.crt': string;
  readonly 'tls.crt': string;
  readonly 'tls.key': string;
}

/** The same with a key that nobody can read without a passphrase. */
export function withPassphrase(files: SecretFiles): SecretFiles {
  const key = createPrivateKey(files['tls.key']).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' });
  return { ...files, 'tls.key': key.toString() };
}

/** A certificate authority of a test, made with the openssl program. */
export class TestCa {
  private static count = 0;

  public readonly cert: string;
  /** Its common name. */
  public readonly name: string;
  private readonly dir: string;

  /**
   * @param above the authority that signs it, unless it is a root
   * @param extensions of its certificate, in openssl's words
   */
  constructor(name: string = 'test-ca', above?: TestCa, days = 30, extensions = 'basicConstraints = critical,CA:TRUE') {
    this.dir = fs.mkdtempSync(path.join(os.tmpdir(), 'pki-'));
    this.name = `${name}-${TestCa.count++}`;
    const subject = ['-subj', `/CN=${this.name}`, '-keyout', 'ca.key'];
    this.openssl('req', '-new', ...EC, ...subject, '-out', 'ca.csr');
    fs.writeFileSync(path.join(this.dir, 'ca.ext'), extensions);
    if (above === undefined) {
      this.openssl('x509', '-req', '-in', 'ca.csr', '-signkey', 'ca.key', '-days', String(days), '-extfile', 'ca.ext', '-out', 'ca.crt');
    } else {
      this.signedBy(above, days, 'ca.crt');
    }
    this.cert = this.read('ca.crt');
    fs.writeFileSync(path.join(this.dir, 'index.txt'), '');
  }

  /** A certificate of this authority. */
  public leaf({ names = ['redis'], usages = ['serverAuth', 'clientAuth'], from, to }: LeafOptions = {}): SecretFiles {
    this.openssl('req', '-new', ...EC, '-subj', `/CN=${names[0]}`, '-keyout', 'tls.key', '-out', 'tls.csr');
    const day = 86_400_000;
    const at = (date: Date) => date.toISOString().replace(/[-:T]|\.\d+/g, '');
    fs.writeFileSync(path.join(this.dir, 'ca.cnf'), [
      '[ca]', 'default_ca = test', '[test]', 'database = index.txt', 'new_certs_dir = .', 'rand_serial = yes', 'default_md = sha256', 'policy = any', 'unique_subject = no',
      'copy_extensions = none', '[any]', 'commonName = supplied', '[leaf]', `subjectAltName = ${names.map((name) => `DNS:${name}`).join(',')}`,
      ...usages.length === 0 ? [] : [`extendedKeyUsage = ${usages.join(',')}`],
    ].join('\n'));
    this.openssl('ca', '-batch', '-config', 'ca.cnf', '-extensions', 'leaf', '-in', 'tls.csr', '-out', 'tls.crt', '-notext', '-cert', 'ca.crt', '-keyfile', 'ca.key',
      '-startdate', at(from ?? new Date(Date.now() - day)), '-enddate', at(to ?? new Date(Date.now() + day)));
    return { 'ca.crt': this.cert, 'tls.crt': this.read('tls.crt'), 'tls.key': this.read('tls.key') };
  }

  /** Its certificate with a later end. */
  public again(above: TestCa): string {
    this.signedBy(above, 30, 'again.crt');
    return this.read('again.crt');
  }

  /** Its own certificate, as that of a server. */
  public itself(): SecretFiles {
    return { 'ca.crt': this.cert, 'tls.crt': this.cert, 'tls.key': this.read('ca.key') };
  }

  private signedBy(above: TestCa, days: number, file: string): void {
    this.openssl('x509', '-req', '-in', 'ca.csr', '-CA', path.join(above.dir, 'ca.crt'), '-CAkey', path.join(above.dir, 'ca.key'), '-CAcreateserial',
      '-days', String(days), '-extfile', 'ca.ext', '-out', file);
  }

  public remove(): void {
    fs.rmSync(this.dir, { recursive: true });
  }

  private openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.dir, stdio: ['ignore', 'ignore', 'pipe'] });
  }

  private read(file: string): string {
    return fs.readFileSync(path.join(this.dir, file), 'utf8');
  }
}
