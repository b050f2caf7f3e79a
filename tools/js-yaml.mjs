// The half of js-yaml that reads. Nothing here writes YAML, and the other half would be shipped for nobody.
import YAMLException from '../node_modules/js-yaml/lib/exception.js';
import loader from '../node_modules/js-yaml/lib/loader.js';
import CORE_SCHEMA from '../node_modules/js-yaml/lib/schema/core.js';
import Type from '../node_modules/js-yaml/lib/type.js';

export const { load, loadAll } = loader;
export { CORE_SCHEMA, Type, YAMLException };
