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

function isObject(value: unknown): value is { [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
