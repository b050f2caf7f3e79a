import { toText } from './defaults';
import { any, fixed, Functions, map, text, variadic } from './signature';
import { sortedKeys, valueAt } from '../values/field';
import { Dictionary } from '../values/value';

/** The maps that a template made. Only these may it change: the others are shared with other templates. */
const own = new WeakSet<Dictionary>();

/** Sprig's functions for maps. Keys and values come in the order of the keys. */
export const dictFunctions: Functions = {
  dict: variadic([], any, (_, pairs) => {
    const made = newMap();
    for (let index = 0; index < pairs.length; index += 2) made[toText(pairs[index])] = index + 1 < pairs.length ? pairs[index + 1] : '';
    return made;
  }),
  get: fixed([map, text], (from, key) => valueAt(from, key) ?? ''),
  set: fixed([map, text, any], (into, key, value) => {
    if (!own.has(into)) throw new Error('only a map that this template made with dict can be changed');
    into[key] = value;
    return into;
  }),
  hasKey: fixed([map, text], (from, key) => Object.hasOwn(from, key)),
  keys: variadic([map], map, ([first], others) => [first, ...others].flatMap(sortedKeys)),
  values: fixed([map], (from) => sortedKeys(from).map((key) => valueAt(from, key))),
};

/** Without a prototype every key is an ordinary one. */
function newMap(): Dictionary {
  const made = Object.create(null) as Dictionary;
  own.add(made);
  return made;
}
