/** Log levels, least important first. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
/** How important a log line is. */
export type LogLevel = typeof LOG_LEVELS[number];
/** How log lines look. */
export const LOG_FORMATS = ['text', 'json'] as const;
/** One of {@link LOG_FORMATS}. */
export type LogFormat = typeof LOG_FORMATS[number];

/** Options of {@link Logger}. */
export interface LoggerOptions {
  /** Lines below this level are dropped. Default: info. */
  readonly level?: LogLevel;
  /** Default: text. */
  readonly format?: LogFormat;
  /** Where lines go, each with its line feed. Default: standard error. */
  readonly write?: (line: string) => void;
}

/** Writes one line for each event: `TIME LEVEL (part) message`, or the same as a JSON object. */
export class Logger {
  private readonly write: (line: string) => void;
  private level: LogLevel;
  private format: LogFormat;

  constructor(options: LoggerOptions = {}) {
    this.write = options.write ?? ((line) => process.stderr.write(line));
    this.level = options.level ?? 'info';
    this.format = options.format ?? 'text';
  }

  /** Changes level and format, after the configuration was read. */
  configure(level: LogLevel, format: LogFormat): void {
    this.level = level;
    this.format = format;
  }

  log(level: LogLevel, part: string, message: string): void {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(this.level)) return;
    const time = new Date().toISOString();
    const line = this.format === 'json'
      ? JSON.stringify({ time, level, part, message })
      : `${time} ${level.toUpperCase().padEnd(5)} (${part}) ${message.trim().replace(/\s*\r?\n\s*/g, ' | ')}`;
    this.write(line + '\n');
  }

  /** A logger for one part of the program. */
  part(part: string): PartLogger {
    return {
      debug: (message) => this.log('debug', part, message),
      info: (message) => this.log('info', part, message),
      warn: (message) => this.log('warn', part, message),
      error: (message) => this.log('error', part, message),
    };
  }
}

/** Logs for one part of the program. */
export type PartLogger = Record<LogLevel, (message: string) => void>;

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}
