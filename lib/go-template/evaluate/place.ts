import type { Span } from '../syntax/ast';
import { TemplateError } from '../syntax/errors';
import { quote } from '../values/quote';

/** Longest text of a template in a message. */
const CONTEXT = 20;

/** Where evaluation errors come from. */
export class Place {
  /**
   * @param name of the template
   * @param definition of the part of it that runs
   */
  constructor(private readonly name: string, private readonly source: string, private readonly definition: string) {}

  /** @throws TemplateError always: `template: NAME:LINE:COLUMN: executing "DEFINITION" at <TEXT>: MESSAGE` */
  public fail({ position, end }: Span, message: string): never {
    const before = this.source.slice(0, position);
    const line = before.split('\n').length;
    const column = Buffer.byteLength(before.slice(before.lastIndexOf('\n') + 1));
    const text = [...this.source.slice(position, end)];
    const context = text.length > CONTEXT ? `${text.slice(0, CONTEXT).join('')}...` : text.join('');
    throw new TemplateError(
      `template: ${this.name}:${line}:${column}: executing ${quote(this.definition)} at <${context}>: ${message}`,
    );
  }

  /** The text of an expression. */
  public text({ position, end }: Span): string {
    return this.source.slice(position, end);
  }
}
