/** Writes one line for each event: time, level, subject, message. */
export class Log {
  constructor(private readonly write: (line: string) => void = (line) => process.stdout.write(line)) {}

  public info(subject: string, message: string): void {
    this.line('info', subject, message);
  }

  public warn(subject: string, message: string): void {
    this.line('warn', subject, message);
  }

  public error(subject: string, message: string): void {
    this.line('error', subject, message);
  }

  private line(level: string, subject: string, message: string): void {
    this.write(`${new Date().toISOString()} ${level} ${subject} ${message.trim().replace(/\s*\r?\n\s*/g, ' | ')}\n`);
  }
}

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
