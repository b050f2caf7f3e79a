/**
 * How a program writes its log, one line for each event.
 */
export enum LogFormat {
  /** `TIME LEVEL SUBJECT MESSAGE`: `2026-11-28T09:30:00.000Z info steady master, master is server 0`. */
  TEXT = 'text',
  /** A JSON object with the fields `time`, `level`, `subject` and `message`. */
  JSON = 'json',
}
