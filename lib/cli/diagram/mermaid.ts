import { Picture } from './picture';

/** The pictures as one flowchart of Mermaid, a subgraph each. */
export function mermaidOf(pictures: readonly Picture[]): string {
  const lines = pictures.flatMap(({ title, boxes, arrows }, index) => [
    `  subgraph p${index}[${quoted(title)}]`,
    ...boxes.map((box) => `    ${box.id}[${quoted([box.title, ...box.lines].map(escaped).join('<br/>'), true)}]`),
    ...arrows.map(({ from, to, text, dashed }) => `    ${from} ${dashed ? '-.->' : '-->'}${text === '' ? '' : `|${quoted(text)}|`} ${to}`),
    '  end',
  ]);
  return `flowchart LR\n${lines.join('\n')}\n`;
}

function quoted(text: string, isEscaped = false): string {
  return `"${isEscaped ? text : escaped(text)}"`;
}

/** Mermaid's entities have no `&`. */
function escaped(text: string): string {
  return text.replace(/[#"<>&]/g, (character) => `#${character.charCodeAt(0)};`);
}
