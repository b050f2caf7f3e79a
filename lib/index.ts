// Each of these files holds public names only; everything else is internal.
export * from './access/auth';
export * from './proxy/proxy-options';
export * from './proxy/routing';
export * from './redis-ha/pod-options';
export * from './redis-ha/props';
export * from './redis-ha/redis-ha';
export * from './sentinel/sentinel';
export * from './server/engine';
export * from './server/persistence';
export * from './server/server-options';
export * from './template-sidecar/kube-template';
export * from './template-sidecar/kube-template-image';
