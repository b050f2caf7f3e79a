/** Why a list or watch did not go on; the label of metrics. */
export type Failure =
  /** The server no longer has the resource version (410). */
  | 'expired'
  /** The server's resource version went backwards: its storage was restored from a backup. */
  | 'regressed'
  /** The watch outlived the time the server was told to end it. */
  | 'stalled'
  /** No response headers, or no complete body, in time. */
  | 'timeout'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  /** The resource cannot be watched (405): it is listed again and again. */
  | 'not_watchable'
  /** 429 */
  | 'throttled'
  /** 5xx */
  | 'server_error'
  /** Any other status. */
  | 'rejected'
  /** Not JSON, or not the JSON of a list or watch event. */
  | 'bad_data'
  /** Everything below HTTP: connection, TLS, credential files. */
  | 'network';

/** Longest time a server's Retry-After is obeyed. */
const MAX_RETRY_AFTER_MS = 60_000;

/** A failed list or watch. */
export class KubeError extends Error {
  /** The error of an answer that is not 200, or of an in-stream ERROR event. */
  public static fromStatus(code: number, message?: string, retryAfterMs = 0, inStream = false): KubeError {
    return new KubeError(failureOfStatus(code), message || `HTTP status ${code}`, retryAfterMs, inStream);
  }

  constructor(
    public readonly failure: Failure,
    message: string,
    /** Time that the server asked us to stay away, in ms; 0 when it did not. */
    public readonly retryAfterMs = 0,
    /** Whether a watch that was open brought it. */
    public readonly inStream = false,
  ) {
    super(message);
    this.name = 'KubeError';
  }
}

function failureOfStatus(code: number): Failure {
  switch (code) {
    case 401: return 'unauthorized';
    case 403: return 'forbidden';
    case 404: return 'not_found';
    case 405: return 'not_watchable';
    case 410: return 'expired';
    case 429: return 'throttled';
    default: return code >= 500 ? 'server_error' : 'rejected';
  }
}

/** Every error as a KubeError; what is not one yet comes from below HTTP. */
export function asKubeError(error: unknown): KubeError {
  if (error instanceof KubeError) return error;
  const { message, code } = error as NodeJS.ErrnoException;
  // Node's text for a connection lost while a body is read.
  if (message === 'aborted') return new KubeError('network', 'connection lost');
  // A refused connection to a name with several addresses is an AggregateError without a message.
  return new KubeError('network', message || code || String(error));
}

/** Value of a Retry-After header (seconds or an HTTP date) in ms, at most one minute; 0 when absent or unreadable. */
export function parseRetryAfter(header: string | undefined): number {
  if (!header) return 0;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return ms > 0 ? Math.min(ms, MAX_RETRY_AFTER_MS) : 0;
}
