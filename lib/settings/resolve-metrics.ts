import { image } from './checks';
import { reject } from './invalid-prop';
import { resolveResources, resources } from './resolve-resources';
import { ExporterSettings } from './settings';
import { defaultImage, IMAGES } from '../options/images';
import { Metrics } from '../options/metrics';

/** redis_exporter, with defaults; undefined without. */
export function resolveMetrics(metrics: Metrics | undefined, registry: string): ExporterSettings | undefined {
  if (metrics === undefined) return undefined;
  const { scripts = {}, keys = [], keyPatterns = [], countedPatterns = [], ...options } = metrics._options;
  for (const file of Object.keys(scripts)) {
    if (!/^[A-Za-z0-9][-_.A-Za-z0-9]{0,100}$/.test(file)) reject('metrics.scripts', file, 'must be the name of a file: letters, digits, "-", "_" and "."');
  }
  return {
    image: image('metrics.image', options.image ?? defaultImage(IMAGES.redisExporter, registry)),
    resources: resolveResources('metrics.resources', options.resources, resources('10m', '32Mi', '64Mi')),
    scripts,
    keys: patterns('metrics.keys', keys),
    keyPatterns: patterns('metrics.keyPatterns', keyPatterns),
    countedPatterns: patterns('metrics.countedPatterns', countedPatterns),
  };
}

/** The exporter takes a list with commas. */
function patterns(prop: string, values: readonly string[]): readonly string[] {
  for (const [index, value] of values.entries()) {
    if (value === '' || /[,\s\0]/.test(value)) reject(`${prop}[${index}]`, value, 'must be a key or a pattern, without commas and blanks');
  }
  return values;
}
