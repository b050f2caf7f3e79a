import { Endpoint, Reply } from './resp';

/** A flat list of names and values, as Sentinel answers. */
export function pairs(reply: Reply): Map<string, string> {
  const fields = new Map<string, string>();
  if (!Array.isArray(reply)) return fields;
  for (let index = 0; index + 1 < reply.length; index += 2) fields.set(String(reply[index]), String(reply[index + 1]));
  return fields;
}

/** What `INFO` tells, by the names of its fields. */
export function infoFields(info: string): Map<string, string> {
  return new Map([...info.matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name, value]) => [name, value]));
}

/** The process that answered `INFO server`; undefined if that is no answer. */
export function runIdIn(info: Reply): string | undefined {
  return /^run_id:(\w+)/m.exec(String(info))?.[1];
}

/** Whether a line of `CLIENT LIST` is of who knows the password of `default`: the name of a connection is whatever a client says. */
export function isOfDefault(line: string): boolean {
  return / user=default(\s|$)/.test(line);
}

/** The replies to commands that are sent together, or undefined when there is no answer. */
export async function repliesOf(endpoint: Endpoint, commands: string[][]): Promise<Reply[] | undefined> {
  return endpoint.batch(commands).catch(() => undefined);
}
