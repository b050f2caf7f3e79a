/** Log levels, least important first. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
/** How important a log line is. */
export type LogLevel = typeof LOG_LEVELS[number];
/** How log lines look. */
export const LOG_FORMATS = ['text', 'json'] as const;
/** One of {@link LOG_FORMATS}. */
export type LogFormat = typeof LOG_FORMATS[number];

/** Options of {@link Log}. */
interface LogOptions {
  /** Lines below this level are dropped. Default: info. */
  readonly level?: LogLevel;
  /** Default: text. */
  readonly format?: LogFormat;
  /** Where lines go, each with its line feed. Default: standard output. */
  readonly write?: (line: string) => void;
}

/** Writes one line for each event: `TIME LEVEL SUBJECT MESSAGE`, or the same as a JSON object. docs/reference/logs.md lists the subjects. */
export class Log {
  private readonly write: (line: string) => void;
  private level: LogLevel;
  private format: LogFormat;

  constructor(options: LogOptions = {}) {
    this.write = options.write ?? ((line) => process.stdout.write(line));
    this.level = options.level ?? 'info';
    this.format = options.format ?? 'text';
  }

  /** Changes level and format, after the configuration was read. */
  public configure(level: LogLevel, format: LogFormat): void {
    this.level = level;
    this.format = format;
  }

  public info(subject: string, message: string): void {
    this.line('info', subject, message);
  }

  public warn(subject: string, message: string): void {
    this.line('warn', subject, message);
  }

  public error(subject: string, message: string): void {
    this.line('error', subject, message);
  }

  /** The log of one subject. */
  public about(subject: string): SubjectLog {
    return {
      debug: (message) => this.line('debug', subject, message),
      info: (message) => this.line('info', subject, message),
      warn: (message) => this.line('warn', subject, message),
      error: (message) => this.line('error', subject, message),
    };
  }

  private line(level: LogLevel, subject: string, message: string): void {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(this.level)) return;
    const time = new Date().toISOString();
    const line = this.format === 'json'
      ? JSON.stringify({ time, level, subject, message })
      : `${time} ${level} ${subject} ${message.trim().replace(/\s*\r?\n\s*/g, ' | ')}`;
    this.write(line + '\n');
  }
}

/** Logs on one subject. */
export type SubjectLog = Record<LogLevel, (message: string) => void>;

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}
