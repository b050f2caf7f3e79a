import { ChildProcess, spawn } from 'node:child_process';
import { Size } from 'cdk8s';
import { ExternalMaster, Persistence, RedisHaProps } from '../lib';
import type { StackOptions } from '../playground/stack';

const PORT = 6390;
const PASSWORD = 'former';

/** A server that belongs to no installation, as a process of this machine, which an installation may follow. */
export class FormerMaster {
  private readonly host = `127.251.0.${1 + process.pid % 250}`;
  private readonly process: ChildProcess = spawn('redis-server', ['--port', String(PORT), '--bind', this.host, '--save', '', '--requirepass', PASSWORD], { stdio: 'ignore' });

  /** @param props of the installation that follows it */
  public followedBy(props: RedisHaProps): StackOptions {
    return {
      props: { ...props, persistence: Persistence.volume(Size.gibibytes(1)), follow: ExternalMaster.at(this.host, PORT, { passwordSecret: 'former' }) },
      secrets: { former: { password: PASSWORD } },
    };
  }

  public stop(): void {
    this.process.kill();
  }
}
