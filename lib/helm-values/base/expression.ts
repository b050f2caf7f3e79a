import { Duration, Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { AclUser } from '../../options/acl-user';
import { Auth } from '../../options/auth';
import { Cpu } from '../../options/container-resources';
import { Engine } from '../../options/engine';
import { Metrics } from '../../options/metrics';
import { Alerts, Dashboards, Scraping } from '../../options/monitoring';
import { Egress } from '../../options/network-options';
import { Peer } from '../../options/peer';
import { DurabilityMode, Persistence } from '../../options/persistence';
import { Spread } from '../../options/pod-options';
import { ReadBalance } from '../../options/proxy-behaviour';
import { IpStack } from '../../options/redis-ha-props';
import { Routing } from '../../options/routing';
import { Sentinel } from '../../options/sentinel';
import { MaxmemoryPolicy } from '../../options/server-options';
import { ExternalTrafficPolicy, ProxyServiceType } from '../../options/service-options';
import { ClientCertificates, Tls, TlsFront } from '../../options/tls';
import { TlsCertificate, TrustedCas } from '../../options/tls-certificate';
import { UpdateStrategy } from '../../options/update-strategy';

/** Where a program imports each name from, and what it is here: a name that one knows, the other knows too. */
const PACKAGES: { readonly [name: string]: { readonly [name: string]: unknown } } = {
  'cdk8s': { Duration, Size },
  'cdk8s-plus-27': { k8s },
  'cdk8s-redis-ha': {
    AclUser,
    Alerts,
    Auth,
    ClientCertificates,
    Cpu,
    Dashboards,
    DurabilityMode,
    Egress,
    Engine,
    ExternalTrafficPolicy,
    IpStack,
    MaxmemoryPolicy,
    Metrics,
    Peer,
    Persistence,
    ProxyServiceType,
    ReadBalance,
    Routing,
    Scraping,
    Sentinel,
    Spread,
    Tls,
    TlsCertificate,
    TlsFront,
    TrustedCas,
    UpdateStrategy,
  },
};

/** What a program calls, like `Size.mebibytes(512)`. */
export class Call {
  constructor(public readonly name: string, public readonly args: readonly Expression[]) {}
}

/** What a program names, like `Spread.NONE`. */
export class Member {
  constructor(public readonly name: string) {}
}

/** A value of props, as a program writes it and as it is. */
export type Expression = null | string | number | boolean | Call | Member | readonly Expression[] | { readonly [field: string]: Expression };

export const call = (name: string, ...args: Expression[]): Call => new Call(name, args);
export const member = (name: string): Member => new Member(name);

/** The value itself. */
export function evaluate(expression: Expression): any {
  if (expression instanceof Member) return found(expression.name).value;
  if (expression instanceof Call) {
    const { owner, value } = found(expression.name);
    return value.apply(owner, expression.args.map(evaluate));
  }
  if (Array.isArray(expression)) return expression.map(evaluate);
  if (typeof expression !== 'object' || expression === null) return expression;
  return Object.fromEntries(Object.entries(expression).map(([field, value]) => [field, evaluate(value)]));
}

function found(name: string): { readonly owner: any; readonly value: any } {
  let [owner, value]: any[] = [undefined, Object.assign({}, ...Object.values(PACKAGES))];
  for (const part of name.split('.')) [owner, value] = [value, value[part]];
  return { owner, value };
}

/** Names that a program has to import for it, by package. */
export function imports(expressions: readonly Expression[]): { [name: string]: Set<string> } {
  const result: { [name: string]: Set<string> } = {};
  const visit = (expression: Expression): void => {
    if (expression instanceof Call || expression instanceof Member) {
      const [root] = expression.name.split('.');
      for (const [name, members] of Object.entries(PACKAGES)) if (root in members) (result[name] ??= new Set()).add(root);
    }
    if (expression instanceof Call) expression.args.forEach(visit);
    else if (typeof expression === 'object' && expression !== null && !(expression instanceof Member)) Object.values(expression).forEach(visit);
  };
  expressions.forEach(visit);
  return result;
}

/** Longest line that is not broken. */
const WIDTH = 110;

/** The text of a program. */
export function print(expression: Expression, indent = ''): string {
  const inline = onOneLine(expression);
  if (inline.length + indent.length <= WIDTH && !inline.includes('\n')) return inline;
  const deeper = `${indent}  `;
  const block = (open: string, lines: readonly string[], close: string): string => `${open}\n${lines.map((line) => `${deeper}${line},\n`).join('')}${indent}${close}`;
  if (expression instanceof Call) {
    const last = expression.args.length - 1;
    // an object at the end goes on in the line of its call
    return `${expression.name}(${expression.args.map((arg, index) => (index === last ? print(arg, indent) : onOneLine(arg))).join(', ')})`;
  }
  if (expression instanceof Member || typeof expression !== 'object' || expression === null) return inline;
  if (Array.isArray(expression)) return block('[', expression.map((item) => print(item, deeper)), ']');
  return block('{', Object.entries(expression).map(([field, value]) => `${fieldName(field)}: ${print(value, deeper)}`), '}');
}

function onOneLine(expression: Expression): string {
  if (expression instanceof Member) return expression.name;
  if (expression instanceof Call) return `${expression.name}(${expression.args.map(onOneLine).join(', ')})`;
  if (typeof expression === 'string') return quoted(expression);
  if (typeof expression !== 'object' || expression === null) return String(expression);
  if (Array.isArray(expression)) return `[${expression.map(onOneLine).join(', ')}]`;
  const fields = Object.entries(expression).map(([field, value]) => `${fieldName(field)}: ${onOneLine(value)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

function fieldName(field: string): string {
  // written bare, this one would set the prototype
  if (field === '__proto__') return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(field) ? field : quoted(field);
}

/** A string in single quotes. */
export function quoted(text: string): string {
  // JSON escapes all that may not stand in a line of a program but these
  const inner = JSON.stringify(text).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'").replace(/[\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`);
  return `'${inner}'`;
}
