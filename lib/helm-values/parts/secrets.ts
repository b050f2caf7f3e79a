import { Build } from '../base/build';
import { call, Expression } from '../base/expression';
import { Entry, refused } from '../base/table';

/** A secret in clear text: where it belongs. Its value is in no message, program or manifest. */
export function clearText(what: string): Entry {
  return refused(`${what} in clear text is not taken over: put it into a Secret (kubectl create secret generic NAME --from-literal=KEY=…)`);
}

interface AuthGiven {
  readonly on: boolean;
  readonly secret?: string;
  readonly key?: string;
  readonly keys: readonly string[];
  readonly defaultKey: string;
  readonly users?: readonly Expression[];
}

/** Puts the password's Secret. Without a name it is the library's default, `NAME-auth` with the key `password`. */
export function putAuth(build: Build, { on, secret, key, keys, defaultKey, users = [] }: AuthGiven): void {
  if (!on) return build.put(['auth'], call('Auth.none'), ...keys);
  if (secret === undefined && users.length === 0) return undefined;
  const name = secret ?? `${build.model.get('name') ?? build.name}-auth`;
  const used = secret === undefined ? 'password' : key ?? defaultKey;
  const options = { ...used === 'password' ? {} : { key: used }, ...users.length === 0 ? {} : { users } };
  return build.put(['auth'], call('Auth.secret', name, ...Object.keys(options).length === 0 ? [] : [options]), ...keys);
}
