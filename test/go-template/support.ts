import { Template, TemplateError, TemplateOptions } from '../../lib/go-template';

/** Renders a template named `t`. */
export function render(source: string, data: unknown = {}, options: TemplateOptions = {}): string {
  return new Template('t', source, options).execute(data);
}

/** The message of the TemplateError that a template ends with. */
export function errorOf(source: string, data: unknown = {}, options: TemplateOptions = {}): string {
  let output: string;
  try {
    output = render(source, data, options);
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
  throw new Error(`no error, but ${JSON.stringify(output)}`);
}
