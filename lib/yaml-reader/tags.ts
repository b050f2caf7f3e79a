import { Type } from 'js-yaml';

/**
 * A key whose value only another program can tell: it bears a tag, `!vault`, `!Ref` or `!include`, or one of YAML that no values need, like `!!binary`; or it is a template
 * without quotes, `{{ .Values.x }}`, which YAML reads as a mapping with a mapping as its key.
 */
export interface Tagged {
  /** Which document it is in, from 0. */
  readonly document: number;
  /** Its path, with dots; empty for the document itself. Of a list that has such a value anywhere in it, the list's. */
  readonly path: string;
  /** As it is written: `!vault`, `!!binary`; none of a template. */
  readonly tag?: string;
}

/** Stands in the place of such a value. What the value is, is not kept: it may be a secret. */
class Mark {
  readonly #tag: string;

  /** @param merged whether it is what arrives in a mapping that such a value is merged into: only what can be enumerated does, and `<<` is told as its key */
  constructor(tag: string, merged: boolean) {
    this.#tag = tag;
    if (!merged) Object.defineProperty(this, '<<', { value: new Mark(tag, true), enumerable: true });
  }

  /** A key may bear a tag, too: without this the parser calls it `[object Object]`. */
  public get [Symbol.toStringTag](): string {
    return 'Mark';
  }

  public toString(): string {
    return this.#tag.replace(/^tag:yaml\.org,2002:/, '!!');
  }
}

/** Takes each tag that no other type knows. @types/js-yaml does not know that `construct` is told the tag. */
export const TAGGED: Type[] = (['scalar', 'sequence', 'mapping'] as const).map((kind) => (
  new Type('', { kind, multi: true, construct: (_: unknown, tag?: string) => new Mark(tag ?? '', false) } as ConstructorParameters<typeof Type>[1])));

/** A document, and what is left out of it. A list is left out as a whole, as without a part of it it would say something else. */
export function withoutTagged(whole: unknown, document: number): { readonly value: unknown; readonly tagged: readonly Tagged[] } {
  const tagged: Tagged[] = [];
  const visit = (value: unknown, path: string): unknown => {
    const mark = value instanceof Mark || isTemplate(value) || Array.isArray(value) ? markIn(value) : undefined;
    if (mark !== undefined) tagged.push({ document, path, tag: mark instanceof Mark ? String(mark) : undefined });
    if (mark !== undefined) return undefined;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const kept = Object.entries(value).map(([key, one]) => [key, visit(one, path === '' ? key : `${path}.${key}`)] as const);
    return Object.fromEntries(kept.filter(([, one]) => one !== undefined));
  };
  return { value: visit(whole, ''), tagged };
}

/** The first in a list, at any depth. */
function markIn(value: unknown): unknown {
  if (value instanceof Mark || isTemplate(value)) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const one of Object.values(value)) {
    const mark = markIn(one);
    if (mark !== undefined) return mark;
  }
  return undefined;
}

/** The parser gives such a key this name. */
function isTemplate(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).join() === '[object Object]';
}
