import { ApiObject } from 'cdk8s';
import { rewrite } from './rewrite';
import { titleOf } from './workloads';
import { AuthSettings } from '../settings/auth-settings';
import { InvalidPropError } from '../settings/invalid-prop';

/**
 * Refuses, at synth, when its data is complete, a Secret of this app that does not have the key of each password: who needs it would wait for ever. One without any
 * data is left alone: an operator fills it.
 */
export function requirePasswords({ secret, keys: needed }: AuthSettings): void {
  const object = ApiObject.isApiObject(secret) ? secret : secret?.node.defaultChild;
  if (object === undefined || !ApiObject.isApiObject(object)) return;
  rewrite(object, 'checks', (manifest) => {
    const { data, stringData } = manifest;
    const keys = Object.keys({ ...data, ...stringData });
    if (keys.length === 0) return manifest;
    for (const [prop, key] of needed) {
      const password = stringData?.[key] ?? Buffer.from(String(data?.[key] ?? ''), 'base64').toString();
      if (!keys.includes(key)) throw new InvalidPropError(prop, key, `must be a key of ${titleOf(object)}, which has ${keys.join(', ')}`);
      // servers strip the end of a line
      if (/^[\r\n]*$/.test(password)) throw new InvalidPropError(prop, key, `must be a key with a password: in ${titleOf(object)} it is empty`);
    }
    return manifest;
  });
}
