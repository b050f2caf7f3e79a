import { withCdk8s } from './base/cdk8s';
import { CliError, Command, EXIT } from './base/command';
import { parsed } from './base/options';
import { ImportArguments } from './import/arguments';

const CHARTS = ['redis-ha', 'redis', 'valkey'];

/** `cdk8s-redis-ha import` */
export const IMPORT: Command = {
  summary: 'writes a program from values of a Helm chart: redis-ha, or Bitnami\'s redis or valkey',
  usage: `VALUES [OPTION…]

Writes a TypeScript program that makes the installation which the values ask for, and tells what can't be taken over: a line for each key, with the reason. VALUES may also be
what installs the chart with Flux, Argo CD, kustomize, K3s, Crossplane, Fleet or helmfile, a ConfigMap with values, or values of a chart around it. Of several files the later
ones count, as for Helm; of several documents the one that holds values. "-" is standard input.

  VALUES           a values file, in YAML or JSON
  --chart CHART    redis-ha, redis or valkey; default: found out from the keys
  --name NAME      name of the installation; default: that of the values, or redis-ha
  -o, --out FILE   where the program is written; default: standard output, and the report on standard error
  --json           all keys and the program as JSON

exit status: 0 all is taken over, 1 the report names keys that are not, 2 VALUES can't be read; 64 wrong usage, 69 cdk8s is not installed`,
  run: async (args, terminal) => {
    const { values, files } = read(args);
    const { importFiles } = withCdk8s('to check what the values ask for', () => (
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      require('./import/import-files') as typeof import('./import/import-files')));
    return importFiles(files, values, terminal);
  },
};

function read(args: readonly string[]): { readonly values: ImportArguments; readonly files: readonly string[] } {
  const { values, positionals } = parsed(args, {
    chart: { type: 'string' }, name: { type: 'string' }, out: { type: 'string', short: 'o' }, json: { type: 'boolean' },
  });
  if (positionals.length === 0) throw new CliError('a values file is needed', EXIT.usage);
  if (values.chart !== undefined && !CHARTS.includes(values.chart)) throw new CliError(`there is no chart "${values.chart}"; there are ${CHARTS.join(', ')}`, EXIT.usage);
  return { values, files: positionals };
}
