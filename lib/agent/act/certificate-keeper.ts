import { X509Certificate } from 'node:crypto';
import { Witness } from './witness';
import { Log, messageOf } from '../../log/log';
import { Clock } from '../base/clock';
import { Pace } from '../base/pace';
import { Certificates, readCertificates, TlsConfig } from '../config/certificates';
import { shakeHands } from '../config/handshake';
import { Endpoint } from '../redis/resp';

/** Between looks at the files. */
const KEEP_MS = 1_000;

/** For people: from when until when the certificate in use is good, ISO 8601, if that is known, and why the one of the Secret is not in use. */
export interface CertificateStatus {
  readonly begins?: string;
  readonly ends?: string;
  readonly refused?: string;
}

/**
 * Makes the local server use the certificate of the Secret as it changes. Open connections stay, and no command fails; what does not fit together is
 * never shown to the server, which would take it.
 */
export class CertificateKeeper {
  private readonly pace: Pace;
  private used?: { readonly runId: string; readonly id: string; readonly begins: string; readonly ends: string };
  private said = '';

  constructor(
    private readonly server: Endpoint, private readonly config: TlsConfig, clock: Clock, private readonly log: Log,
    private readonly witness?: Witness,
  ) {
    this.pace = new Pace(clock, KEEP_MS);
  }

  /** Name of the files that the server uses; undefined while they are not known. */
  public get inUse(): string | undefined {
    return this.used?.id;
  }

  /** What the server uses, and why nothing else. */
  public get status(): CertificateStatus {
    return { begins: this.used?.begins, ends: this.used?.ends, refused: this.said === '' ? undefined : this.said };
  }

  /** @param runId of the server's process: a new one may have started with older files */
  public async keep(runId: string): Promise<void> {
    await this.pace.run(async () => this.look(runId));
  }

  private async look(runId: string): Promise<void> {
    try {
      const certificates = readCertificates(this.config);
      const { id, end } = certificates;
      if (this.used?.runId !== runId || this.used.id !== id) await this.use(runId, certificates);
      this.witness?.certificateUsed(id, end);
      this.said = '';
    } catch (error) {
      this.witness?.certificateRefused();
      this.say(messageOf(error));
    }
  }

  private async use(runId: string, certificates: Certificates): Promise<void> {
    const { id, cert, end } = certificates;
    await shakeHands(certificates, this.config);
    const paths = [['tls-cert-file', 'tls.crt'], ['tls-key-file', 'tls.key'], ['tls-ca-cert-file', 'ca.crt']]
      .flatMap(([directive, file]) => [directive, `${this.config.dir}/${file}`]);
    // one command: the server reads all three files again, and takes all of them or none
    await this.server.call('CONFIG', 'SET', ...paths);
    this.used = { runId, id, begins: new Date(new X509Certificate(cert).validFrom).toISOString(), ends: end.toISOString() };
    this.log.info('certificate', `${id} is in use, valid until ${end.toISOString()}`);
  }

  /** One line for each reason. */
  private say(reason: string): void {
    if (reason === this.said) return;
    this.said = reason;
    this.log.warn('certificate', `stays as it was: ${reason}`);
  }
}
