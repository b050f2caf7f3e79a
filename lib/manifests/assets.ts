import * as fs from 'node:fs';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';

/** lib/manifests and build/manifests are equally deep, so this works from source and from the compiled package. */
const ASSET_ROOT = path.resolve(__dirname, '..', '..', 'lib', 'assets');

const cache = new Map<string, string>();

/**
 * Text of a file shipped under lib/assets, of one whose name ends in `.gz` what is packed in it. Read once per process: an app may hold a thousand installations.
 */
export function readAsset(name: string): string {
  let text = cache.get(name);
  if (text === undefined) {
    const bytes = fs.readFileSync(path.join(ASSET_ROOT, name));
    text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    cache.set(name, text);
  }
  return text;
}
