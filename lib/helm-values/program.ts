import { Expression, imports, print, quoted } from './base/expression';
import { Imported } from './import-values';

/** What the program's own text imports. */
const OWN = { 'cdk8s': ['App', 'Chart'], 'cdk8s-redis-ha': ['RedisHa'] };

/** How an installation is called in a program. */
export interface ProgramOptions {
  /** Name of the values file, for the program's head. */
  readonly source: string;
  /** Ids of the chart and of the installation in it: its name, unless the values give one. */
  readonly ids: readonly [chart: string, installation: string];
}

/** A TypeScript program that makes the installation. */
export function programOf({ chart, model, lines }: Imported, { source, ids: [chartId, id] }: ProgramOptions): string {
  const props = model.props();
  const monitoring = model.monitoringProps();
  // compilers may refuse a name that nobody uses
  const named = model.grants.length > 0 || model.overrides.length > 0 || monitoring !== undefined;
  const statements = [
    `${named ? 'const redis = ' : ''}new RedisHa(chart, ${quoted(id)}${Object.keys(props).length === 0 ? '' : `, ${print(props)}`});`,
    ...model.grants.map(({ method, peer }) => `redis.${method}(${print(peer)});`),
    ...monitoring === undefined ? [] : [`new RedisMonitoring(chart, ${quoted(`${id}-monitoring`)}, ${monitoringText(monitoring)});`],
    ...model.overrides.map(({ object, fields }) => `Overrides.merge(redis.${object}${OPTIONAL.includes(object) ? '!' : ''}, ${print(fields)});`),
  ];
  const beside = [...model.grants.map(({ peer }) => peer), ...model.overrides.map(({ fields }) => fields)];
  const needed = imports([props, ...beside, ...monitoring === undefined ? [] : [monitoring]]);
  for (const [name, members] of Object.entries(OWN)) for (const member of members) (needed[name] ??= new Set()).add(member);
  if (monitoring !== undefined) needed['cdk8s-redis-ha'].add('RedisMonitoring');
  if (model.overrides.length > 0) needed['cdk8s-redis-ha'].add('Overrides');
  const refused = lines.filter(({ fate }) => fate === 'refused');
  return [
    `// Made from ${comment(source)}, values of the Helm chart ${chart}, by "cdk8s-redis-ha import". It is yours: change it as you like.`,
    ...refused.length === 0 ? [] : ['//', '// Not taken over:', ...refused.map(({ key, text }) => `// - ${comment(key)}: ${comment(text)}`)],
    ...Object.keys(needed).sort().map((name) => `import { ${[...needed[name]].sort().join(', ')} } from '${name}';`),
    '',
    'const app = new App();',
    `const chart = new Chart(app, ${quoted(chartId)});`,
    ...statements,
    'app.synth();',
    '',
  ].join('\n');
}

/** Objects that some installations do not have; these were made once, so they are there. */
const OPTIONAL: readonly string[] = ['proxyDeployment', 'proxyService'];

function monitoringText(props: { readonly [prop: string]: Expression }): string {
  return ['{', '  redis,', ...Object.entries(props).map(([prop, value]) => `  ${prop}: ${print(value, '  ')},`), '}'].join('\n');
}

/** Text that ends no comment. */
function comment(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, ' ');
}
