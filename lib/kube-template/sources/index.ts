export type { Backend } from './backends';
export type { RoleObject } from './rbac';
export { Sources } from './sources';
export type { SourcesEvents, SourcesOptions, SourceTuning, Tracked } from './sources';
