/**
 * `over` laid upon `base`: objects are merged, containers and volumes (lists whose items have names) by name,
 * anything else is replaced; null removes.
 */
export function merged(base: any, over: any): any {
  if (Array.isArray(base) && Array.isArray(over) && [...base, ...over].every((item) => typeof item?.name === 'string')) {
    const named = new Map(base.map((item) => [item.name, item]));
    for (const item of over) named.set(item.name, named.has(item.name) ? merged(named.get(item.name), item) : item);
    return [...named.values()];
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
