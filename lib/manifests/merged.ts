/** Fields that tell the items of a list apart, as in the API: a container may mount one volume at two paths. */
const KEYS = ['mountPath', 'devicePath', 'name'];

/**
 * `over` laid upon `base`: objects are merged, lists by what tells their items apart (containers and volumes by name, mounts by path),
 * anything else is replaced; null removes.
 */
export function merged(base: any, over: any): any {
  if (Array.isArray(base) && Array.isArray(over)) {
    const key = KEYS.find((field) => [...base, ...over].every((item) => typeof item?.[field] === 'string'));
    if (key === undefined) return over;
    const items = new Map(base.map((item) => [item[key], item]));
    for (const item of over) items.set(item[key], items.has(item[key]) ? merged(items.get(item[key]), item) : item);
    return [...items.values()];
  }
  if (!isObject(base) || !isObject(over)) return over;
  const result: { [field: string]: any } = { ...base };
  for (const [field, value] of Object.entries(over)) {
    if (value === null) delete result[field];
    else result[field] = merged(field in result ? result[field] : {}, value);
  }
  return result;
}

/**
 * What a class of cdk8s-plus-27 wrote, with the fields that it dropped of what it was given, as younger versions of the API have them. It writes some with
 * other capitals (`hostIp` as `hostIP`), and lists item by item.
 */
export function completed(written: any, given: any): any {
  if (Array.isArray(written) && Array.isArray(given)) return written.map((item, index) => completed(item, given[index]));
  if (!isObject(written) || !isObject(given)) return written;
  const names = new Map(Object.keys(written).map((field) => [field.toLowerCase(), field]));
  const result = { ...written };
  for (const [field, value] of Object.entries(given)) {
    const name = names.get(field.toLowerCase());
    if (name === undefined) result[field] = unwrapped(value);
    else result[name] = completed(written[name], value);
  }
  return result;
}

/** What cdk8s makes of a Quantity or an IntOrString before a class writes it: an object with a value. */
function unwrapped(value: any): any {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (!isObject(value)) return value;
  if (Object.keys(value).join() === 'value' && !isObject(value.value)) return value.value;
  return Object.fromEntries(Object.entries(value).map(([field, one]) => [field, unwrapped(one)]));
}

function isObject(value: unknown): value is { [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
