export { TemplateError } from './errors';
export type { MissingKey } from './execution';
export { standardFunctions } from './functions';
export type { Functions } from './functions/signature';
export { Template } from './template';
export type { TemplateOptions } from './template';
export { Float } from './value';
