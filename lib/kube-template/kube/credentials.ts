import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';

/** Where bearer tokens come from. */
export interface TokenSource {
  /** The token to send now. */
  token(): string | undefined;
  /** Tells that the server answered 401 to this token: the next `token()` reads a new one if this was the latest. */
  reject(token: string | undefined): void;
}

/** A certificate and its private key, PEM. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

/** A token that never changes. */
export class StaticToken implements TokenSource {
  constructor(private readonly value: string) {}

  public token(): string { return this.value; }

  public reject(): void { /* there is no other one */ }
}

/** A token file that is replaced from time to time, as kubelet does with projected service account tokens. */
export class FileToken implements TokenSource {
  private cached?: string;
  private readAt = 0;

  /**
   * @param file path of the token file
   * @param maxAgeMs time after which the file is read again
   */
  constructor(private readonly file: string, private readonly maxAgeMs = 60_000) {}

  public token(): string {
    if (this.cached === undefined || Date.now() - this.readAt >= this.maxAgeMs) {
      this.cached = fs.readFileSync(this.file, 'utf8').trim();
      this.readAt = Date.now();
    }
    return this.cached;
  }

  public reject(token: string | undefined): void {
    if (token === this.cached) this.cached = undefined;
  }
}

/** `users[].user.exec` of a kubeconfig. */
export interface ExecPlugin {
  readonly apiVersion?: string;
  readonly command: string;
  readonly args?: string[] | null;
  readonly env?: { name: string; value: string }[] | null;
}

interface ExecCredentialStatus {
  token?: string;
  clientCertificateData?: string;
  clientKeyData?: string;
  expirationTimestamp?: string;
}

const EXEC_TIMEOUT_MS = 30_000;
/** A plugin whose tokens are refused must not be started for every retry. */
const EXEC_MIN_INTERVAL_MS = 10_000;

/** Credentials printed by a program, kept until they expire or are refused. */
export class ExecCredentials implements TokenSource {
  private status?: ExecCredentialStatus;
  private ranAt = 0;
  private rejected = false;

  constructor(private readonly plugin: ExecPlugin) {}

  public token(): string | undefined { return this.current().token; }

  /** Client certificate printed by the plugin, if any. */
  public certificate(): ClientCertificate | undefined {
    const { clientCertificateData: cert, clientKeyData: key } = this.current();
    return cert && key ? { cert, key } : undefined;
  }

  public reject(token: string | undefined): void {
    if (token === this.status?.token) this.rejected = true;
  }

  private current(): ExecCredentialStatus {
    const age = Date.now() - this.ranAt;
    const expired = Date.parse(this.status?.expirationTimestamp ?? '') <= Date.now();
    if (!this.status || expired || (this.rejected && age >= EXEC_MIN_INTERVAL_MS)) {
      this.status = runPlugin(this.plugin);
      this.ranAt = Date.now();
      this.rejected = false;
    }
    return this.status;
  }
}

function runPlugin(plugin: ExecPlugin): ExecCredentialStatus {
  const apiVersion = plugin.apiVersion ?? 'client.authentication.k8s.io/v1';
  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  const env = { ...process.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  for (const { name, value } of plugin.env ?? []) Object.assign(env, { [name]: value });
  const run = spawnSync(plugin.command, plugin.args ?? [], { env, encoding: 'utf8', timeout: EXEC_TIMEOUT_MS });
  const fail = (why: string) => new Error(`credential plugin ${plugin.command}: ${why}`);
  if (run.error) throw fail(run.error.message);
  if (run.status !== 0) throw fail(`exit status ${run.status ?? run.signal}: ${run.stderr.trim()}`);
  let status: ExecCredentialStatus | undefined;
  try {
    status = JSON.parse(run.stdout).status;
  } catch {
    // The output may hold a token: it must not get into the message.
    throw fail('its output is not JSON');
  }
  if (!status?.token && !status?.clientCertificateData) throw fail('its output has neither status.token nor a client certificate');
  return status;
}
