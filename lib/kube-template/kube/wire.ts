import type { Readable } from 'node:stream';
import { KubeError } from './errors';
import { compareVersions, KubeObject } from './objects';

/** One page of a list. */
interface ListPage {
  readonly objects: KubeObject[];
  /** Empty for what has none, as componentstatuses and metrics: it cannot be watched. */
  readonly version: string;
  /** Token of the next page, empty after the last one. */
  readonly next: string;
}

/** A watch event. A bookmark's object has only a resource version. */
interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: KubeObject;
  readonly version: string;
}

/** The complete lines of a stream, those of one chunk together. A cut-off last line is left out: the watch resumes before it. */
export async function* lines(stream: Readable): AsyncGenerator<string[]> {
  let rest = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream as AsyncIterable<string>) {
    rest += chunk;
    if (!chunk.includes('\n')) continue;
    const complete = rest.split('\n');
    rest = complete.pop()!;
    yield complete.filter((line) => line !== '');
  }
}

/**
 * Parses a list. Its items lack kind and apiVersion; they get those the list has.
 *
 * @throws KubeError `bad_data`
 */
export function parseList(text: string, what: string): ListPage {
  const { kind, apiVersion, metadata, items } = parseObject(text, `list of ${what}`);
  const { resourceVersion, continue: next } = (metadata ?? {}) as Record<string, unknown>;
  const version = resourceVersion === undefined && metadata && /List$/.test(String(kind)) ? '' : resourceVersion;
  if (typeof version !== 'string' || !(Array.isArray(items) || items == null)) {
    throw new KubeError('bad_data', `list of ${what}: it has no resourceVersion or no items`);
  }
  const type = typeof kind === 'string' ? { apiVersion, kind: kind.replace(/List$/, '') } : {};
  const objects = ((items ?? []) as KubeObject[]).map((item) => ({ ...type, ...item }) as KubeObject);
  return { objects, version, next: typeof next === 'string' ? next : '' };
}

/**
 * Parses a watch event.
 *
 * @param since resource version the watch has reached
 * @throws KubeError `bad_data`, `regressed` when the version goes backwards, or what an ERROR event says
 */
export function parseWatchEvent(line: string, since: string, what: string): WatchEvent {
  const event = parseObject(line, `watch of ${what}`);
  const object = (event.object ?? {}) as KubeObject & { code?: number; message?: string };
  if (event.type === 'ERROR') throw KubeError.fromStatus(object.code ?? 500, object.message, 0, true);
  const type = event.type as WatchEvent['type'];
  const version = object.metadata?.resourceVersion;
  if (!['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'].includes(type) || typeof version !== 'string') {
    throw new KubeError('bad_data', `watch of ${what}: unexpected event of type ${JSON.stringify(event.type)}`);
  }
  if ((compareVersions(version, since) ?? 0) < 0) {
    throw new KubeError('regressed', `watch of ${what}: resource version went back from ${since} to ${version}`);
  }
  return { type, object, version };
}

function parseObject(text: string, what: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // The parser's message quotes the text, which may be a Secret's.
  }
  throw new KubeError('bad_data', `${what}: not a JSON object (${text.length} characters)`);
}
