import { Addresses } from './addresses';
import { Installation } from './installation';
import { DirectReading, ServerName } from './reading';
import { Kubectl, KubeObject } from '../kubectl/kubectl';

/** Label by which Kubernetes finds the EndpointSlices of a Service. */
const OF_SERVICE = 'kubernetes.io/service-name';

/** Where clients are led to that no proxy leads. @returns undefined where there are no such slices */
export async function directReading(kubectl: Kubectl, { slices, servers, hibernation }: Installation): Promise<DirectReading | undefined> {
  if (slices === undefined || hibernation !== undefined) return undefined;
  try {
    const found = await kubectl.list('endpointslices', `${OF_SERVICE}=${slices.service}`);
    const addresses = new Addresses(servers.map(({ pod }) => pod?.addresses ?? []));
    const named = (name: string): ServerName[] => (
      addressesIn(found.find(({ metadata }) => metadata.name === name)).map((address) => addresses.of(address)));
    return { answer: { writes: named(slices.write), reads: named(slices.read) } };
  } catch (error) {
    // a right that all the rest does not need
    return { silence: (error as Error).message };
  }
}

/** Those that kube-proxy leads to. */
function addressesIn(slice: KubeObject): string[] {
  const endpoints: KubeObject[] = slice?.endpoints ?? [];
  return endpoints.filter(({ conditions }) => conditions?.ready !== false).flatMap(({ addresses }) => addresses);
}
