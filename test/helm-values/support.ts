import { App, Chart, Testing } from 'cdk8s';
import * as ts from 'typescript';
import * as library from '../../lib';
import { Imported, importValues, ImportOptions } from '../../lib/helm-values/import-values';
import { Create, install, trialOf } from '../../lib/helm-values/install';
import { programOf } from '../../lib/helm-values/program';

/** Ids that the command line writes into programs. */
export const IDS = ['redis', 'ha'] as const;

const create: Create<library.RedisHa> = (scope, id, props) => new library.RedisHa(scope, id, props);

/** Values as the command line imports them. */
export function imported(values: unknown, options: Partial<ImportOptions> = {}): Imported {
  const name = options.name ?? IDS.join('-');
  return importValues(values, { trial: trialOf(create, { name }), ...options, name });
}

/** Manifests of the program that is written. */
export function manifestsOfProgram(result: Imported, source = 'values.yaml'): any[] {
  const program = programOf(result, { source, ids: IDS });
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  const { outputText, diagnostics } = ts.transpileModule(program, { compilerOptions, reportDiagnostics: true });
  expect(diagnostics!.map(({ messageText }) => messageText)).toEqual([]);
  let app: App | undefined;
  // what it would write to files is read instead
  class Recorded extends App {
    public override synth(): void { app = this; }
  }
  const modules: { [name: string]: unknown } = {
    'cdk8s': { ...jest.requireActual('cdk8s'), App: Recorded }, 'cdk8s-plus-27': jest.requireActual('cdk8s-plus-27'), 'cdk8s-redis-ha': library,
  };
  new Function('require', 'exports', outputText)((name: string) => modules[name], {});
  return app!.charts.flatMap((chart) => Testing.synth(chart));
}

/** Manifests of what values become. */
export function manifestsOf({ model }: Imported): any[] {
  const chart = new Chart(new App(), IDS[0]);
  install(chart, IDS[1], model, create);
  return Testing.synth(chart);
}

/** What the API would refuse of pods: containers without an image, and mounts without a volume. */
export function incomplete(manifests: readonly any[]): string[] {
  return manifests.flatMap(({ spec }) => {
    const pod = spec?.template?.spec ?? {};
    const volumes = [...pod.volumes ?? [], ...(spec?.volumeClaimTemplates ?? []).map(({ metadata }: any) => metadata)].map(({ name }) => name);
    return [...pod.containers ?? [], ...pod.initContainers ?? []].flatMap(({ name, image, volumeMounts = [] }) => [
      ...image ? [] : [`${name} has no image`],
      ...volumeMounts.filter((mount: any) => !volumes.includes(mount.name)).map((mount: any) => `${name} mounts ${mount.name}`),
    ]);
  });
}

/** Manifests of `RedisHa.fromHelmValues`. */
export function manifestsOfValues(values: { [key: string]: any }, options?: library.HelmValuesOptions): any[] {
  const chart = new Chart(new App(), IDS[0]);
  library.RedisHa.fromHelmValues(chart, IDS[1], values, options);
  return Testing.synth(chart);
}

/** All that a values file says: the paths of what holds nothing else. */
function leaves(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length === 0) return path === '' ? [] : [path];
  return Object.entries(value).flatMap(([key, one]) => leaves(one, path === '' ? key : `${path}.${key}`));
}

/** Leaves of which the report says nothing, neither of themselves nor of what they are in or what is in them. */
export function unaccounted(values: unknown, { lines }: Imported): string[] {
  const keys = lines.map(({ key }) => key);
  return leaves(values).filter((leaf) => !keys.some((key) => key === leaf || leaf.startsWith(`${key}.`) || key.startsWith(`${leaf}.`) || key.startsWith(`${leaf}[`) || key.startsWith(`${leaf} line`)));
}

/** Values, and what becomes of them. */
export interface Case {
  readonly values: any;
  /** What stands in the program. */
  readonly program?: readonly string[];
  /** What does not. */
  readonly without?: readonly string[];
  /** What the report says of keys, after their fate. */
  readonly says?: { readonly [key: string]: string | RegExp };
}

/** Imports the values, and looks into the program and the report. */
export function check(chart: string, { values, program = [], without = [], says = {} }: Case): void {
  const result = imported(values, { chart });
  expect(incomplete(manifestsOf(result))).toEqual([]);
  const text = programOf(result, { source: 'values.yaml', ids: IDS });
  const code = text.split('\n').filter((line) => !line.startsWith('//')).join('\n').replace(/\s+/g, ' ').replace(/,( [}\])])/g, '$1').replace(/([({[]) /g, '$1').replace(/ ([)}\]])/g, '$1');
  for (const part of program) expect(code).toContain(part.replace(/([({[]) /g, '$1').replace(/ ([)}\]])/g, '$1'));
  for (const part of without) expect(code).not.toContain(part);
  const lines = new Map(result.lines.map(({ key, fate, text: line }) => [key, `${fate}: ${line}`]));
  for (const [key, line] of Object.entries(says)) expect([key, lines.get(key)]).toEqual([key, typeof line === 'string' ? line : expect.stringMatching(line)]);
}
