// The public names: what users say, and the constructs. Everything else is internal.
export * from './options/auth';
export * from './options/connect-options';
export * from './options/engine';
export * from './options/kube-template-image';
export * from './options/kube-template-props';
export * from './options/persistence';
export * from './options/pod-options';
export * from './options/proxy-options';
export * from './options/redis-ha-props';
export * from './options/routing';
export * from './options/sentinel';
export * from './options/server-options';
export * from './redis-ha/redis-ha';
export * from './kube-template-sidecar/kube-template';
