export { TemplateError } from './syntax/errors';
export { MISSING_KEYS } from './values/field';
export type { MissingKey } from './values/field';
export { standardFunctions } from './functions';
export type { Functions } from './functions/signature';
export { Template } from './template';
export type { TemplateOptions } from './template';
export { UNKNOWN } from './trace/possible';
export { TraceError } from './trace/trace';
