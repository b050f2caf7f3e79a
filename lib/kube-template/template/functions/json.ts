import { sortedKeys, valueAt } from '../field';
import { checkLength } from '../format';
import { Dictionary, kindOf, typeName } from '../value';

/** Values inside of each other: a dictionary may contain itself. */
const MAX_DEPTH = 100;

/** A value as JSON in Go's way: keys sorted, and safe inside of HTML. @throws Error when it is too large */
export function toJson(value: unknown): string {
  return new JsonWriter().write(value);
}

class JsonWriter {
  private length = 0;
  private depth = 0;

  write(value: unknown): string {
    const text = this.text(value);
    this.length += text.length;
    checkLength(this.length);
    return text;
  }

  private text(value: unknown): string {
    switch (kindOf(value)) {
      case 'nil': case 'zero': return 'null';
      case 'string': return jsonString(value as string);
      case 'list': return this.nested(() => `[${(value as unknown[]).map(item => this.write(item)).join(',')}]`);
      case 'map': return this.nested(() => `{${this.members(value as Dictionary).join(',')}}`);
      case 'float':
        if (!Number.isFinite(Number(value))) throw new Error(`unsupported value: ${Number(value)}`);
        return String(Number(value));
      case 'func': throw new Error(`unsupported type: ${typeName(value)}`);
      default: return String(value);
    }
  }

  private members(map: Dictionary): string[] {
    return sortedKeys(map).map(key => `${jsonString(key)}:${this.write(valueAt(map, key))}`);
  }

  private nested(write: () => string): string {
    if (++this.depth > MAX_DEPTH) throw new Error(`value is nested more than ${MAX_DEPTH} deep`);
    const text = write();
    this.depth--;
    return text;
  }
}

function jsonString(value: string): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
