import { frontService } from './redis-ha-haproxy';
import { int, object, text } from '../base/readers';
import { at, IDLE, mapped, noted, refused, Table } from '../base/table';

/** Services of the chart lead to servers; the one here leads through HAProxy to the master. */
export function service(prefix: string, engine: string): Table {
  const { [`${prefix}.nodePort`]: nodePort, ...fields } = frontService(prefix, 'nodePort');
  return {
    ...fields,
    [`${prefix}.ports.${engine}`]: mapped('proxy.port', int, at(['proxy', 'port']), IDLE(6379)),
    [`${prefix}.nodePorts.${engine}`]: nodePort,
    [`${prefix}.portNames.*`]: noted('the ports of the Service have names of the library'),
    [`${prefix}.extraPorts`]: refused('they would lead to servers: `proxy.extraPorts` has those that sections of yours in haproxy.cfg listen on'),
    [`${prefix}.internalTrafficPolicy`]: mapped('proxy.service.specOverrides', text, at(['proxy', 'service', 'specOverrides', 'internalTrafficPolicy']), IDLE('Cluster')),
    [`${prefix}.sessionAffinity`]: mapped('proxy.service.specOverrides', text, at(['proxy', 'service', 'specOverrides', 'sessionAffinity']), IDLE('None')),
    [`${prefix}.sessionAffinityConfig`]: mapped('proxy.service.specOverrides', object, at(['proxy', 'service', 'specOverrides', 'sessionAffinityConfig'])),
  };
}

/** The Service of the replicas: HAProxy has a port for reads, at the Service of the master. */
export function readService(engine: string): Table {
  return {
    [`replica.service.ports.${engine}`]: mapped('proxy.readPort', int, (build, port: number, key) => { if (port !== 6379) build.put(['proxy', 'readPort'], port, key); }, { note: 'reads have a port of their own, 6380 unless told, at the Service of the master' }),
    [`replica.service.nodePorts.${engine}`]: mapped('proxy.service.readNodePort', int, at(['proxy', 'service', 'readNodePort'])),
    'replica.service.*': noted('reads have a port of their own at the Service of the master, whose options count'),
  };
}
