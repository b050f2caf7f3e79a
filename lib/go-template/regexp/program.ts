import { CharacterClass } from './classes';
import { Assertion, RegexpNode } from './syntax';

/** One step of a matching machine. Targets are indexes of steps; of two, the first is preferred. */
export type Instruction =
  | { readonly type: 'class'; readonly matches: CharacterClass }
  | { readonly type: 'assertion'; readonly assertion: Assertion }
  | { readonly type: 'save'; readonly slot: number }
  | { readonly type: 'split'; first: number; second: number }
  | { readonly type: 'jump'; first: number }
  | { readonly type: 'match' };

/** Repetitions multiply: `((a{1000}){1000}){1000}` is not written out. */
const MAX_INSTRUCTIONS = 10_000;

/** Compiles an expression to the steps of a machine that never goes back. @throws Error when it is too large */
export function compileRegexp(node: RegexpNode): Instruction[] {
  const compiler = new Compiler();
  compiler.add({ type: 'save', slot: 0 });
  compiler.node(node);
  compiler.add({ type: 'save', slot: 1 });
  compiler.add({ type: 'match' });
  return compiler.program;
}

class Compiler {
  readonly program: Instruction[] = [];

  add<T extends Instruction>(instruction: T): T {
    if (this.program.length >= MAX_INSTRUCTIONS) throw new Error('error parsing regexp: expression is too large');
    this.program.push(instruction);
    return instruction;
  }

  node(node: RegexpNode): void {
    switch (node.type) {
      case 'empty': break;
      case 'class': case 'assertion':
        this.add(node);
        break;
      case 'sequence':
        for (const one of node.nodes) this.node(one);
        break;
      case 'alternatives':
        this.alternatives(node.nodes);
        break;
      case 'group':
        this.add({ type: 'save', slot: 2 * node.index });
        this.node(node.node);
        this.add({ type: 'save', slot: 2 * node.index + 1 });
        break;
      case 'repeat':
        this.repeat(node);
    }
  }

  private alternatives(nodes: readonly RegexpNode[]): void {
    const ends: { first: number }[] = [];
    nodes.forEach((node, index) => {
      if (index === nodes.length - 1) {
        this.node(node);
        return;
      }
      const split = this.split(true);
      this.node(node);
      ends.push(this.add({ type: 'jump', first: 0 }));
      split.second = this.program.length;
    });
    for (const end of ends) end.first = this.program.length;
  }

  private repeat({ node, min, max, greedy }: RegexpNode & { type: 'repeat' }): void {
    for (let count = 0; count < min; count++) this.node(node);
    if (max === Infinity) {
      const start = this.program.length;
      const split = this.split(greedy);
      this.node(node);
      this.add({ type: 'jump', first: start });
      this.skip(split, greedy);
      return;
    }
    const splits: ReturnType<Compiler['split']>[] = [];
    for (let count = min; count < max; count++) {
      splits.push(this.split(greedy));
      this.node(node);
    }
    for (const split of splits) this.skip(split, greedy);
  }

  /** A choice between what follows and what {@link skip} sets. */
  private split(preferNext: boolean): Instruction & { type: 'split' } {
    const next = this.program.length + 1;
    return this.add({ type: 'split', first: preferNext ? next : 0, second: preferNext ? 0 : next });
  }

  private skip(split: Instruction & { type: 'split' }, preferNext: boolean): void {
    if (preferNext) split.second = this.program.length;
    else split.first = this.program.length;
  }
}
