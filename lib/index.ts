export { Auth, SecretAuthOptions } from './access/auth';
export {
  ProxyCheckOptions, ProxyOptions, ProxyServiceOptions, ProxyServiceType, ProxyTimeoutOptions,
} from './proxy/proxy-options';
export { PodIpRoutingOptions, Routing } from './proxy/routing';
export { DisruptionBudget, PodOptions, ProbeOptions, ProbeTiming, Spread } from './redis-ha/pod-options';
export { IpStack, RedisHaProps } from './redis-ha/props';
export { ConnectOptions, RedisHa } from './redis-ha/redis-ha';
export { Sentinel, SentinelDeploymentsOptions, SentinelOptions } from './sentinel/sentinel';
export { Engine, EngineOptions } from './server/engine';
export {
  DurabilityMode, EmptyDirPersistenceOptions, ExistingClaimOptions, Persistence, VolumePersistenceOptions,
} from './server/persistence';
export { AgentOptions, MaxmemoryPolicy, ServerOptions } from './server/server-options';
export { KubeTemplateImage } from './template-sidecar/kube-template-image';
export { KubeTemplate, KubeTemplateProps, TemplateFile } from './template-sidecar/kube-template';
