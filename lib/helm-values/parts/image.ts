import { Build } from '../base/build';
import { call, Expression } from '../base/expression';

/** An image in parts. */
export interface ImageParts {
  readonly repository?: string;
  readonly tag?: string;
  /** Keys of the parts that are given. */
  readonly keys: readonly string[];
}

/** The registries that official images are copied to, and their names there. */
const OFFICIAL = /^((docker\.io|index\.docker\.io|registry-1\.docker\.io)\/)?(library\/)?(redis|valkey\/valkey|haproxy)$|^public\.ecr\.aws\/docker\/library\/(redis|haproxy)$/;

/** The image as a container names it. A digest may stand in either part. */
export function imageOf({ repository = '', tag = '' }: ImageParts): string {
  const [name, ...first] = repository.split('@');
  const [version, ...second] = tag.split('@');
  const digest = [...first, ...second].find((part) => part !== '') ?? '';
  return `${name}${version === '' ? '' : `:${version}`}${digest === '' ? '' : `@${digest}`}`;
}

/** The version at the beginning of a tag, like 8.4.0 of `8.4.0-alpine`. */
export function versionOf(tag: string): string | undefined {
  return /^v?(\d+\.\d+(?:\.\d+)?)(?![\d.])/.exec(tag)?.[1];
}

/** Puts the engine: the version that the tag tells, and the image, unless it is the official one by its plain name. */
export function putEngine(build: Build, parts: ImageParts, kind?: 'redis' | 'valkey'): void {
  const { repository = '', tag = '', keys } = parts;
  const engine = kind ?? (/valkey/.test(repository) ? 'valkey' : 'redis');
  const version = versionOf(tag);
  const [main] = keys;
  if (main === undefined) {
    if (engine === 'valkey') build.put(['engine'], call('Engine.valkey'));
    return;
  }
  if (version === undefined) {
    for (const key of keys) build.refuse(key, "which version the image holds can't be told from a tag like 1.2.3: the default image is used ('engine')");
    if (engine === 'valkey') build.put(['engine'], call('Engine.valkey'));
    return;
  }
  const image = imageOf(repository === '' ? { ...parts, repository: engine === 'valkey' ? 'valkey/valkey' : 'redis' } : parts);
  build.put(['engine'], engineCall(engine, version, tag === version && OFFICIAL.test(repository) ? undefined : image), ...keys);
}

export function engineCall(engine: 'redis' | 'valkey', version: string, image?: string): Expression {
  return call(`Engine.${engine}`, image === undefined ? { version } : { version, image });
}

/** Puts the image of HAProxy, if it is one that the library runs on. */
export function putProxyImage(build: Build, { repository = 'haproxy', tag, keys }: ImageParts): void {
  if (keys.length === 0) return;
  const version = versionOf(tag ?? '');
  const [major, minor] = (version ?? '').split('.').map(Number);
  if (version === undefined) {
    for (const key of keys) build.refuse(key, "which version the image holds can't be told from a tag like 1.2.3: the default image is used ('proxy.image')");
  } else if (major < 2 || (major === 2 && minor < 6)) {
    for (const key of keys) build.refuse(key, `HAProxy 2.6 or newer is needed, this is ${version}: the default image is used ('proxy.image')`);
  } else {
    build.put(['proxy', 'image'], imageOf({ repository, tag, keys }), ...keys);
  }
}

/** Puts the image of redis_exporter, which here has to have a shell. */
export function putExporterImage(build: Build, parts: ImageParts): void {
  if (parts.keys.length === 0) return;
  const [image, digest] = imageOf(parts).split('@');
  if (!/:[^/]+$/.test(image)) {
    for (const key of parts.keys) build.refuse(key, "a tag is needed, of the variant -alpine, whose shell reads the password: the default image is used ('metrics.image')");
    return;
  }
  const shell = image.endsWith('-alpine') ? image : `${image}-alpine`;
  const changed = shell !== image;
  if (changed) for (const key of parts.keys) build.note(key, `metrics.image: the variant -alpine of it, whose shell reads the password${digest === undefined ? '' : ', without the digest of the other one'}`);
  build.put(['metrics', 'image'], changed || digest === undefined ? shell : `${shell}@${digest}`, ...parts.keys);
}
