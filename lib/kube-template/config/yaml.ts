import type * as Yaml from 'js-yaml';

/**
 * Parses YAML. The parser is loaded at the first call: most runs need none, and it costs 3 MiB and 15 ms.
 *
 * @throws Error with the position of the mistake
 */
export function parseYaml(text: string): unknown {
  // A static import would load it at start, and jest runs no dynamic import.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const yaml = require('js-yaml') as typeof Yaml;
  return yaml.load(text);
}
