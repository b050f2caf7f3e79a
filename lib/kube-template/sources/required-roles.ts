import { sourceFunctions } from './functions';
import { RoleObject, rolesFor } from './rbac';
import { isResourceCall, templateFunctions } from './template-functions';
import { standardFunctions, Template, TemplateError, TemplateOptions, TraceError, UNKNOWN } from '../../go-template';
import type { ResourceRef } from '../kube';

/** A template, and how it is written. */
export interface WrittenTemplate extends Omit<TemplateOptions, 'functions'> {
  readonly name: string;
  readonly text: string;
}

/** Stand in turn for an argument that only the data tells: what is no name may be a selector. */
const STAND_INS = ['only-the-data-tells', 'only-the-data-tells='];

/** Give another result when the template runs, or change a value in place. */
const VARYING = ['env', 'envOrDefault', 'file', 'set'];

/** A template that may call `set`, so that what `dict` made is not what is found in it later. */
const SETS = /\bset[\s(]/;

/**
 * The roles that templates need whatever the data: their text is followed through all branches and ranges.
 *
 * An object whose name only the data tells needs its whole collection, but for Secrets: a template that may read all of them has to say so.
 *
 * @param name name of the roles. Default: kube-template
 * @throws TemplateError for a template that can't be parsed, or whose namespaces, resources or names of Secrets only the data tells
 */
export function requiredRoles(
  templates: readonly WrittenTemplate[], { namespace, selectorFirst = false }: { readonly namespace: string; readonly selectorFirst?: boolean },
  name = 'kube-template',
): RoleObject[] {
  const needed: ResourceRef[] = [];
  const unnamedSecrets: ResourceRef[] = [];
  let asked: ResourceRef[] = [];
  const note = (ref: ResourceRef) => { asked.push(ref); };
  const functions = sourceFunctions({
    namespace,
    selectorFirst,
    objects: (ref) => { note(ref); return []; },
    object: (ref) => { note(ref); return undefined; },
  });
  const call = (fn: string, args: readonly unknown[]): unknown => {
    if (VARYING.includes(fn) || fn === 'dict') return UNKNOWN;
    if (fn === 'list' && !STAND_INS.some((text) => isResourceCall(args.map((arg) => arg === UNKNOWN ? text : arg)))) {
      return args.includes(UNKNOWN) ? UNKNOWN : standardFunctions.list(...args);
    }
    asked = [];
    for (const given of variants(args)) {
      try {
        functions[fn](...given);
      } catch {
        // Fails with its own message when the template runs; an argument that is not known may be another one.
      }
    }
    for (const ref of asked) {
      const needs = granted(fn, ref);
      (needs.plural === 'secrets' && ref.name !== needs.name ? unnamedSecrets : needed).push(needs);
    }
    return UNKNOWN;
  };
  const traced = new Set([...Object.keys(functions), ...VARYING]);
  for (const { name: file, text, ...options } of templates) {
    new Template(file, text, { ...options, functions: templateFunctions(functions) }).trace(new Set([...traced, ...SETS.test(text) ? ['dict'] : []]), call);
  }
  const lists = (of?: string) => needed.some((ref) => ref.plural === 'secrets' && !ref.name && (!ref.namespace || ref.namespace === of));
  const secret = unnamedSecrets.find((ref) => !lists(ref.namespace));
  if (secret) {
    const where = JSON.stringify(secret.namespace);
    throw new TemplateError(`secret: only the data tells the name of one in namespace ${where}, so all Secrets there could be read: `
      + 'name it, or list them with secrets');
  }
  return rolesFor(needed, name);
}

/** Calls that cover what the arguments may be. */
function variants(args: readonly unknown[]): unknown[][] {
  return args.reduce<unknown[][]>((heads, arg) => {
    const values = arg === UNKNOWN ? STAND_INS : [arg];
    return heads.flatMap((head) => values.map((value) => [...head, value]));
  }, [[]]);
}

function granted(fn: string, ref: ResourceRef): ResourceRef {
  const [standIn] = STAND_INS;
  if (ref.plural === standIn) throw new TraceError(`${fn}: only the data tells the resource, so no role can be written: name it`);
  if (ref.namespace === standIn) {
    throw new TraceError(`${fn}: only the data tells the namespace, so no role can be written: name it, or read "*" and choose with if`);
  }
  return ref.name === standIn ? { ...ref, name: undefined } : ref;
}
