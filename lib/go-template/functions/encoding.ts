import { createHash } from 'node:crypto';
import { any, fixed, Functions, text } from './signature';
import { toJson } from '../format/json';
import { toYaml } from '../format/yaml';
import { bytesOf, textOf } from '../values/bytes';

/** Encodings of Sprig, Helm and consul-template. Integers in JSON stay integers. */
export const encodingFunctions: Functions = {
  toJson: fixed([any], toJson),
  toJSON: fixed([any], toJson),
  fromJson: fixed([text], (value) => json(value, () => null)),
  parseJSON: fixed([text], (value) => value === '' ? {} : json(value, () => {
    // The parser's message quotes the text, which may be a Secret's.
    throw new Error(`not JSON (${value.length} characters)`);
  })),
  toYaml: fixed([any], toYaml),
  b64enc: fixed([text], (value) => bytesOf(value).toString('base64')),
  b64dec: fixed([text], (value) => {
    if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value.replace(/[\r\n]/g, ''))) {
      throw new Error('illegal base64 data');
    }
    return textOf(Buffer.from(value, 'base64'));
  }),
  sha256sum: fixed([text], (value) => createHash('sha256').update(bytesOf(value)).digest('hex')),
};

function json(value: string, otherwise: () => unknown): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return otherwise();
  }
}
