import type { KubeObject } from '../kube';

/** Label that the endpoint slice controllers put on the slices of a service. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

/** One ready address of a service, as templates see it. */
export interface Backend {
  /** Name of the pod; the address when no pod stands behind it. */
  readonly name: string;
  readonly address: string;
  /** `undefined` for a service without ports, when no number was asked for. */
  readonly port?: number;
  readonly portName?: string;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly zone?: string;
  /** The pod. */
  readonly targetRef?: { kind?: string; name?: string; namespace?: string; uid?: string };
}

interface Endpoint extends Pick<Backend, 'hostname' | 'nodeName' | 'zone' | 'targetRef'> {
  addresses?: string[];
  conditions?: { ready?: boolean | null };
}

interface EndpointPort { name?: string | null; port?: number | null }

/**
 * The ready addresses in the slices of one service, sorted by name and address. A pod with addresses of both families appears
 * once, with the IPv4 one.
 *
 * @param slices all endpoint slices of the service
 * @param port name or number. Default: the only port
 * @throws when the service has several ports and none is named, or not the named one
 */
export function backendsOf(slices: readonly KubeObject[], service: string, port?: string | number): Backend[] {
  const found = new Map<string, Backend>();
  const ipv4First = [...slices].sort((a, b) => Number(b.addressType === 'IPv4') - Number(a.addressType === 'IPv4'));
  for (const { slice, chosen } of chosenSlices(ipv4First, service, port)) {
    for (const endpoint of endpointsOf(slice)) {
      // The addresses of one endpoint are interchangeable; no condition means ready.
      const address = endpoint.addresses?.[0];
      if (!address || endpoint.conditions?.ready === false) continue;
      const key = endpoint.targetRef?.uid ?? endpoint.targetRef?.name ?? address;
      if (!found.has(key)) found.set(key, backend(endpoint, address, chosen));
    }
  }
  return [...found.values()].sort((a, b) => compare(a.name, b.name) || compare(a.address, b.address));
}

const endpointsOf = ({ endpoints }: KubeObject): Endpoint[] => (endpoints ?? []) as Endpoint[];
const portsOf = ({ ports }: KubeObject): EndpointPort[] => (ports ?? []) as EndpointPort[];

function backend(endpoint: Endpoint, address: string, port: EndpointPort | undefined): Backend {
  const { hostname, nodeName, zone, targetRef } = endpoint;
  return {
    name: targetRef?.name ?? address,
    address,
    port: port?.port ?? undefined,
    portName: port?.name ?? undefined,
    hostname,
    nodeName,
    zone,
    targetRef,
  };
}

/** A slice, and the port in it that was asked for. */
interface ChosenSlice {
  readonly slice: KubeObject;
  readonly chosen?: EndpointPort;
}

/**
 * The slices that have the port. Others say nothing about it: pods that do not have a named port, as the old ones of a rollout that brings it,
 * have slices of their own without it, and a service without pods has an empty slice without ports for each family of addresses.
 */
function chosenSlices(slices: readonly KubeObject[], service: string, wanted?: string | number): ChosenSlice[] {
  const withPorts = slices.filter((slice) => portsOf(slice).length > 0);
  if (wanted === undefined || wanted === '') return onlyPorts(withPorts.length > 0 ? withPorts : slices, service);
  const number = typeof wanted === 'number' || /^\d+$/.test(wanted) ? Number(wanted) : undefined;
  // A headless service need not name its ports.
  if (withPorts.length === 0 && number !== undefined) return slices.map((slice) => ({ slice, chosen: { port: number } }));
  const having = withPorts.map((slice) => ({ slice, chosen: portsOf(slice).find(({ name, port }) => name === wanted || port === number) }))
    .filter(({ chosen }) => chosen !== undefined);
  if (having.length === 0 && (withPorts.length > 0 || slices.some((slice) => endpointsOf(slice).length > 0))) {
    const names = new Set(withPorts.map((slice) => namesOf(portsOf(slice))));
    throw new Error(`backends: service ${service} has no port ${JSON.stringify(wanted)}, it has ${[...names].join(', ') || 'none'}`);
  }
  return having;
}

function onlyPorts(slices: readonly KubeObject[], service: string): ChosenSlice[] {
  return slices.map((slice) => {
    const ports = portsOf(slice);
    if (ports.length > 1) throw new Error(`backends: service ${service} has the ports ${namesOf(ports)}: name one as the third argument`);
    return { slice, chosen: ports[0] };
  });
}

function namesOf(ports: readonly EndpointPort[]): string {
  return ports.map(({ name, port }) => name ? `${name} (${port})` : String(port)).join(', ');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
