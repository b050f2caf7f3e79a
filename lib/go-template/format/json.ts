import { Bounds } from '../values/bounds';
import { sortedKeys, valueAt } from '../values/field';
import { Dictionary, kindOf, typeName } from '../values/value';

/** A value as JSON in Go's way: keys sorted, and safe inside of HTML. @throws Error when it is too large */
export function toJson(value: unknown): string {
  return new JsonWriter().write(value);
}

class JsonWriter {
  private readonly bounds = new Bounds();

  public write(value: unknown): string {
    return this.bounds.add(this.text(value));
  }

  private text(value: unknown): string {
    switch (kindOf(value)) {
      case 'nil': case 'zero': return 'null';
      case 'string': return jsonString(value as string);
      case 'list': return this.bounds.nested(() => `[${(value as unknown[]).map((item) => this.write(item)).join(',')}]`);
      case 'map': return this.bounds.nested(() => `{${this.members(value as Dictionary).join(',')}}`);
      case 'float':
        if (!Number.isFinite(Number(value))) throw new Error(`unsupported value: ${Number(value)}`);
        return String(Number(value));
      case 'func': throw new Error(`unsupported type: ${typeName(value)}`);
      default: return String(value);
    }
  }

  private members(map: Dictionary): string[] {
    return sortedKeys(map).map((key) => `${jsonString(key)}:${this.write(valueAt(map, key))}`);
  }
}

/** A text in quotes; bytes that are no UTF-8 become U+FFFD. */
export function quoted(value: string): string {
  return JSON.stringify(value.replace(/[\ud800-\udfff]/gu, '\ufffd'));
}

function jsonString(value: string): string {
  return quoted(value).replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
