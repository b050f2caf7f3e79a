/**
 * What a template cannot do: it is malformed, or a render failed. The message starts with `template: NAME:LINE:`, as Go's do.
 */
export class TemplateError extends Error {
  public readonly name = 'TemplateError';
}

/** Text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
