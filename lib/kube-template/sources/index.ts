export type { Backend } from './backends';
export type { RoleObject } from './rbac';
export { requiredRoles } from './required-roles';
export type { WrittenTemplate } from './required-roles';
export { Sources } from './sources';
export type { SourcesEvents, SourcesOptions, SourceTuning, Tracked } from './sources';
