import * as net from 'node:net';
import { Duration, Size, SizeRoundingBehavior } from 'cdk8s';
import { reject } from './invalid-prop';

/** A whole number between min and max, both included; the nearest one stands in for another. */
export function wholeNumber(prop: string, value: number, min: number, max: number = Number.MAX_SAFE_INTEGER): number {
  if (!Number.isInteger(value) || value < min || value > max) {
    const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
    reject(prop, value, `must be a whole number ${range}`);
    return Math.min(max, Math.max(min, Math.round(value) || min));
  }
  return value;
}

/** A TCP port that a container without privileges may listen on. */
export function containerPort(prop: string, value: number): number {
  wholeNumber(prop, value, 1024, 65535);
  return value;
}

/** Ports of one pod, by prop: no two may be equal. */
export function distinctPorts(ports: { [prop: string]: number | undefined }): void {
  const owners = new Map<number, string>();
  for (const [prop, port] of Object.entries(ports)) {
    if (port === undefined) continue;
    const owner = owners.get(port);
    if (owner !== undefined) reject(prop, port, `must differ from '${owner}': both listen in the same pod`);
    owners.set(port, prop);
  }
}

/** Milliseconds of a Duration between min and max, both included. */
export function milliseconds(prop: string, value: Duration, min: number, max: number): number {
  const ms = value.toMilliseconds({ integral: false });
  if (!Number.isInteger(ms) || ms < min || ms > max) {
    reject(prop, `${ms} ms`, `must be from ${min} to ${max} ms`);
  }
  return ms;
}

/** Whole seconds of a Duration between min and max, both included. */
export function seconds(prop: string, value: Duration, min: number, max: number): number {
  const s = value.toSeconds({ integral: false });
  if (!Number.isInteger(s) || s < min || s > max) reject(prop, `${s} s`, `must be whole seconds from ${min} to ${max}`);
  return s;
}

/** Bytes of a Size of at least `min` MiB. */
export function bytes(prop: string, value: Size, min: number): number {
  const size = value.toKibibytes({ rounding: SizeRoundingBehavior.NONE }) * 1024;
  if (!Number.isInteger(size) || size < min * 1024 * 1024) {
    reject(prop, `${size} bytes`, `must be a whole number of bytes, at least ${min} MiB`);
  }
  return size;
}

/** A range of addresses; if told, a part of another one. */
export function cidr(prop: string, value: string, whole?: string): string {
  const [, address, bits] = /^([^%]*)\/(\d{1,3})$/.exec(value) ?? [];
  if (address === undefined || net.isIP(address) === 0 || Number(bits) > (net.isIPv4(address) ? 32 : 128)) {
    reject(prop, value, 'must be a CIDR, like "203.0.113.0/24"');
  } else if (whole !== undefined) {
    const [from, length] = whole.split('/');
    const [family, list] = [net.isIPv4(from) ? 'ipv4' as const : 'ipv6' as const, new net.BlockList()];
    list.addSubnet(from, Number(length), family);
    if (net.isIP(from) !== net.isIP(address) || Number(bits) <= Number(length) || !list.check(address, family)) reject(prop, value, `must be a part of "${whole}"`);
  }
  return value;
}

/** Longest name of an installation: with "-server" a StatefulSet may have 52 characters, and Services 63 with their ordinal. */
export const NAME_LENGTH = 40;

/** What may be the name of a Service (RFC 1035). */
export const NAME = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** In place of a name that is wrong: the names that are made from it are right. */
const STAND_IN = 'x';

/** A DNS label that may be a Service's name (RFC 1035). */
export function dnsLabel(prop: string, value: string, maxLength: number): string {
  if (!NAME.test(value)) {
    reject(prop, value, 'must be lower-case letters, digits and "-", start with a letter and end with a letter or digit');
    return STAND_IN;
  }
  if (value.length > maxLength) {
    reject(prop, value, `must have at most ${maxLength} characters, it has ${value.length}`);
    return STAND_IN;
  }
  return value;
}

/** A DNS name (RFC 1123), with a `*` in place of its first label if it may have one. */
export function hostName(prop: string, value: string, wildcard: boolean = false): string {
  const name = wildcard ? value.replace(/^\*\./, '') : value;
  if (!OBJECT_NAME.test(name) || value.length > 253 || name.split('.').some((part) => part.length > 63)) {
    reject(prop, value, 'must be a DNS name: lower-case letters, digits, "-" and "."');
  }
  return value;
}

const OBJECT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Name of an object that exists already (a Secret, a claim, a class). */
export function objectName(prop: string, value: string): string {
  if (!OBJECT_NAME.test(value) || value.length > 253) {
    reject(prop, value, 'must be the name of a Kubernetes object: lower-case letters, digits, "-" and ".", at most 253 characters');
  }
  return value;
}

/** Names of the Secrets that images are pulled with. */
export function pullSecrets(names: readonly string[]): string[] {
  return names.map((name, index) => objectName(`imagePullSecrets[${index}]`, name));
}

/** Name of a namespace: a label (RFC 1123). */
export function namespaceName(prop: string, value: string): string {
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(value)) {
    reject(prop, value, 'must be the name of a namespace: lower-case letters, digits and "-", at most 63 characters');
  }
  return value;
}

const LABEL_NAME = /^((?=[^/]{1,253}\/)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

/** A label's name and value. */
export function label(prop: string, name: string, value: string): void {
  qualifiedName(prop, name, 'label');
  if (!/^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$/.test(value) || value.length > 63) {
    reject(`${prop}["${name}"]`, value, 'must be a label value: letters, digits, "-", "_" and ".", at most 63 characters');
  }
}

/** Annotations: their names have the form of a label's, their values are free. */
export function annotations<T extends { readonly [name: string]: string } | undefined>(prop: string, values: T): T {
  for (const name of Object.keys(values ?? {})) qualifiedName(prop, name, 'annotation');
  return values;
}

function qualifiedName(prop: string, name: string, what: 'label' | 'annotation'): void {
  if (!LABEL_NAME.test(name)) {
    const article = what === 'label' ? 'a' : 'an';
    reject(`${prop}["${name}"]`, name,
      `must be the name of ${article} ${what}: letters, digits, "-", "_" and ".", at most 63 characters, after an optional "domain/"`);
  }
}

const IMAGE = /^[a-z0-9]+([._:-][a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$/;

/** A container image: repository with a tag, a digest or both. A bare repository would follow "latest". */
export function image(prop: string, value: string): string {
  if (!IMAGE.test(value) || !/(:[^/]+|@sha256:[0-9a-f]{64})$/.test(value)) {
    reject(prop, value, 'must be an image with a tag or a digest, like "registry.example.com/redis:1.2.3" or "redis@sha256:…"');
  }
  if (/:latest$/.test(value)) reject(prop, value, 'must name a version: "latest" changes under running pods');
  return value;
}

/** A key of a Secret or ConfigMap. */
export function dataKey(prop: string, value: string): string {
  if (!/^[-._a-zA-Z0-9]{1,253}$/.test(value)) {
    reject(prop, value, 'must be a key of a Secret: letters, digits, "-", "_" and "."');
  }
  return value;
}
