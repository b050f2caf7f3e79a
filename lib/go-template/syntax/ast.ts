/** A range of the template's text. */
export interface Span {
  readonly position: number;
  readonly end: number;
}

/** `$name`; the slot is -1 when no declaration comes before it, which fails only when it is evaluated. */
export interface VariableReference {
  readonly name: string;
  readonly slot: number;
}

/** A value: an argument, or a command without arguments. */
export type Expression = Span & (
  | { readonly type: 'literal'; readonly value: unknown; readonly overflows?: boolean }
  | { readonly type: 'nil' }
  | { readonly type: 'dot' }
  | { readonly type: 'field'; readonly names: readonly string[] }
  | { readonly type: 'variable'; readonly variable: VariableReference; readonly names: readonly string[] }
  | { readonly type: 'chain'; readonly of: Expression; readonly names: readonly string[] }
  | { readonly type: 'function'; readonly name: string }
  | { readonly type: 'pipeline'; readonly pipeline: Pipeline }
);

/** A function or value with its arguments. */
export interface Command extends Span {
  readonly words: readonly [Expression, ...Expression[]];
}

/** Commands joined by `|`, whose value may be given to variables. */
export interface Pipeline extends Span {
  readonly commands: readonly Command[];
  /** At most two, and two only in a range. */
  readonly variables: readonly VariableReference[];
}

/** `if` and `with`. */
export interface Branch extends Span {
  readonly type: 'if' | 'with';
  readonly pipeline: Pipeline;
  readonly then: readonly Node[];
  readonly otherwise: readonly Node[];
}

export interface Range extends Span {
  readonly type: 'range';
  readonly pipeline: Pipeline;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
}

/** `template`, and the call that a `block` is. */
export interface TemplateCall extends Span {
  readonly type: 'template';
  readonly name: string;
  readonly pipeline?: Pipeline;
}

/** A part of a template. */
export type Node =
  | { readonly type: 'text'; readonly text: string }
  | Span & { readonly type: 'action'; readonly pipeline: Pipeline }
  | { readonly type: 'break' }
  | { readonly type: 'continue' }
  | Branch
  | Range
  | TemplateCall;

/** A template of its own: the whole file, or what `define` and `block` name. */
export interface Definition {
  readonly name: string;
  readonly nodes: readonly Node[];
  /** How many variables it has; slot 0 is `$`. */
  readonly slots: number;
}
