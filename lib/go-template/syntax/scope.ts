import { VariableReference } from './ast';

interface Entry extends VariableReference {
  /** Its pipeline has not ended: until then the name means what it meant before. */
  pending: boolean;
}

/** The variables that a definition may use at a place, and the slots they live in. */
export class Scope {
  private entries: Entry[] = [{ name: '$', slot: 0, pending: false }];
  private count = 1;

  /** How many slots all variables need. */
  get slots(): number { return this.count; }

  /** The current place, for {@link leave}. */
  get mark(): number { return this.entries.length; }

  /** Forgets what was declared since the mark. */
  leave(mark: number): void {
    this.entries.length = mark;
  }

  /** Declares a variable that can be used after {@link settle}. */
  declare(name: string): VariableReference {
    return this.add({ name, slot: this.count++, pending: true });
  }

  /**
   * Sets a variable. One that does not exist fails when it is set, as in Go: that need never happen. Later uses are fine until they
   * are evaluated.
   */
  assign(name: string): VariableReference {
    return this.add({ name, slot: this.find(name)?.slot ?? -1, pending: true });
  }

  /** Ends the pipeline that declared these variables. */
  settle(variables: readonly VariableReference[]): void {
    for (const variable of variables as Entry[]) variable.pending = false;
  }

  /** @returns undefined when there never was such a variable */
  use(name: string): VariableReference | undefined {
    const found = this.find(name);
    if (found) return found;
    return this.entries.some((entry) => entry.name === name) ? { name, slot: -1 } : undefined;
  }

  private add(entry: Entry): Entry {
    this.entries.push(entry);
    return entry;
  }

  private find(name: string): Entry | undefined {
    for (let index = this.entries.length - 1; index >= 0; index--) {
      const entry = this.entries[index];
      if (entry.name === name && !entry.pending && entry.slot >= 0) return entry;
    }
    return undefined;
  }
}
