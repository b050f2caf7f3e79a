import { isObject } from './base/readers';

type Fields = { readonly [key: string]: any };
type Given = readonly (readonly [at: string, given: unknown])[];

/** What installs a chart, or brings values to what does. */
export interface Wrapper {
  /** Name of the chart, if it is said. */
  readonly chart?: string;
  /** Values, the later ones over the former. */
  readonly values: Given;
  /** Single values, as `--set` takes them. */
  readonly set: Given;
  /** What only names where values are. */
  readonly elsewhere: Given;
  /** Values that do not count, as others take their place. */
  readonly unread?: Given;
}

/** All that installs a chart in a document of Flux, Argo CD, kustomize, K3s, Crossplane, Fleet or helmfile, or holds values as a ConfigMap. */
export function wrappers(file: Fields): Wrapper[] {
  return [releases, applications, helmCharts, k3s, crossplane, fleet, helmfile, configMap].flatMap((kind) => kind(file));
}

/** A HelmRelease of Flux, of all its versions. */
function releases({ kind, spec }: Fields): Wrapper[] {
  if (!isObject(spec) || (kind !== 'HelmRelease' && !('values' in spec || 'valuesFrom' in spec))) return [];
  const chart = nameOf(spec.chart?.spec?.chart ?? spec.chart?.name);
  return [{ chart, values: [['spec.values', spec.values]], set: [], elsewhere: [['spec.valuesFrom', spec.valuesFrom]] }];
}

/** An Application of Argo CD, or the template of an ApplicationSet. */
function applications({ spec }: Fields): Wrapper[] {
  return [['spec', spec], ['spec.template.spec', spec?.template?.spec]].flatMap(([root, one]) => [
    [`${root}.source`, one?.source] as const,
    ...listed(one?.sources).map((source, index) => [`${root}.sources[${index}]`, source] as const),
  ]).filter(([, source]) => isObject(source) && (isObject(source.helm) || typeof source.chart === 'string')).map(([at, source]) => {
    const helm = isObject(source.helm) ? source.helm : {};
    return {
      chart: nameOf(source.chart),
      // the one or the other, not the one over the other
      ...isObject(helm.valuesObject)
        ? { values: [[`${at}.helm.valuesObject`, helm.valuesObject]], unread: [[`${at}.helm.values`, helm.values]] } as const
        : { values: [[`${at}.helm.values`, helm.values]] } as const,
      set: each(`${at}.helm.parameters`, helm.parameters),
      elsewhere: [[`${at}.helm.valueFiles`, helm.valueFiles], [`${at}.helm.fileParameters`, helm.fileParameters]],
    };
  });
}

/** Charts that kustomize fills in. */
function helmCharts(file: Fields): Wrapper[] {
  return listed(file.helmCharts).map((one, index) => [`helmCharts[${index}]`, one] as const).filter(([, one]) => isObject(one)).map(([at, one]) => ({
    chart: nameOf(one.name),
    values: [[`${at}.valuesInline`, one.valuesInline]],
    set: [],
    elsewhere: [[`${at}.valuesFile`, one.valuesFile], [`${at}.additionalValuesFiles`, one.additionalValuesFiles]],
  }));
}

/** A HelmChart or HelmChartConfig of K3s and RKE2; that of Flux has a source. */
function k3s({ kind, spec }: Fields): Wrapper[] {
  if (!isObject(spec) || (kind !== 'HelmChart' && kind !== 'HelmChartConfig') || 'sourceRef' in spec) return [];
  return [{
    chart: nameOf(spec.chart),
    values: [['spec.valuesContent', spec.valuesContent]],
    set: Object.entries(isObject(spec.set) ? spec.set : {}).map(([name, value]) => [`spec.set.${name}`, { name, value }]),
    elsewhere: [['spec.valuesSecrets', spec.valuesSecrets]],
  }];
}

/** A Release of Crossplane's provider for Helm. */
function crossplane({ spec }: Fields): Wrapper[] {
  const given = spec?.forProvider;
  if (!isObject(given) || !isObject(given.chart)) return [];
  return [{
    chart: nameOf(given.chart.name),
    values: [['spec.forProvider.values', given.values]],
    set: each('spec.forProvider.set', given.set),
    elsewhere: [['spec.forProvider.valuesFrom', given.valuesFrom]],
  }];
}

/** A fleet.yaml of Rancher. */
function fleet({ helm }: Fields): Wrapper[] {
  if (!isObject(helm) || typeof helm.chart !== 'string') return [];
  return [{ chart: nameOf(helm.chart), values: [['helm.values', helm.values]], set: [], elsewhere: [['helm.valuesFiles', helm.valuesFiles], ['helm.valuesFrom', helm.valuesFrom]] }];
}

function helmfile(file: Fields): Wrapper[] {
  return listed(file.releases).map((release, index) => [`releases[${index}]`, release] as const).filter(([, release]) => isObject(release)).map(([at, release]) => {
    const values = each(`${at}.values`, release.values);
    return { chart: nameOf(release.chart), values: values.filter(([, one]) => isObject(one)), set: each(`${at}.set`, release.set), elsewhere: values.filter(([, one]) => !isObject(one)) };
  });
}

/** Values that a HelmRelease has elsewhere. */
function configMap({ kind, data, stringData }: Fields): Wrapper[] {
  if (kind !== 'ConfigMap' && kind !== 'Secret') return [];
  const texts = [['data', kind === 'ConfigMap' ? data : {}], ['stringData', stringData]].flatMap(([root, one]) => Object.entries(isObject(one) ? one : {}).map(([name, text]) => [`${root}.${name}`, text] as const));
  return texts.filter(([at, text]) => /values[^/]*\.ya?ml$/.test(at) && typeof text === 'string').map((one) => ({ values: [one], set: [], elsewhere: [] }));
}

/** Name of a chart that may be a path or an address, like dandydev/redis-ha. */
function nameOf(chart: unknown): string | undefined {
  return typeof chart === 'string' ? chart.split('/').pop() : undefined;
}

function each(at: string, list: unknown): Given {
  return listed(list).map((one, index) => [`${at}[${index}]`, one]);
}

function listed(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}
