/** Draws a chart of vega-lite. */
export async function svgOf(spec: object): Promise<string> {
  const [{ parse, View }, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const view = new View(parse(compile(spec as any).spec), { renderer: 'none' });
  return view.toSVG().finally(() => view.finalize());
}

/** Text as it is written in SVG. */
export function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
