import { Arrow, Box, Picture } from './picture';

/** Of a character, a line of text, and the room around boxes, in pixels. */
const [CHARACTER, LINE, PADDING, GAP] = [7, 17, 10, 30];
/** Between two columns, besides the longest text of an arrow. */
const CHANNEL = 40;

interface Placed extends Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a line begins and ends. */
interface Ends {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** The pictures one below the other, as one SVG image. */
export function svgOf(pictures: readonly Picture[]): string {
  const drawn: string[] = [];
  let [width, top] = [0, GAP];
  for (const picture of pictures) {
    drawn.push(text(GAP, top, picture.title, 'font-weight="bold" font-size="15"'));
    const boxes = placed(picture, top + 2 * LINE);
    const between = picture.arrows.filter(({ from, to }) => from !== to);
    drawn.push(...between.map((arrow) => line(arrow, between, boxes)));
    drawn.push(...boxes.flatMap((one) => box(one)), ...between.map((arrow) => caption(arrow, between, boxes)));
    width = Math.max(width, GAP + picture.title.length * 9, ...boxes.map((one) => one.x + one.width));
    top = Math.max(...boxes.map((one) => one.y + one.height)) + 2 * GAP;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width + GAP} ${top}" width="${width + GAP}" height="${top}" font-family="monospace" font-size="12">
<defs><marker id="head" markerWidth="9" markerHeight="8" refX="8" refY="4" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="#456"/></marker></defs>
<rect width="100%" height="100%" fill="#fff"/>
${drawn.filter((one) => one !== '').join('\n')}
</svg>
`;
}

/** Boxes in columns from left to right, those of a column one below the other. */
function placed({ boxes, arrows }: Picture, top: number): Placed[] {
  const done: Placed[] = [];
  let x = GAP;
  for (const column of [...new Set(boxes.map((one) => one.column))].sort((a, b) => a - b)) {
    const sized = boxes.filter((one) => one.column === column).map((one) => {
      // what it has to do with itself stands in it
      const lines = [...one.lines, ...arrows.filter(({ from, to }) => from === one.id && to === one.id).map((arrow) => `↻ ${arrow.text}`)];
      const most = Math.max(arrows.filter(({ from }) => from === one.id).length, arrows.filter(({ to }) => to === one.id).length);
      const width = Math.max(one.title.length, ...lines.map((each) => each.length)) * CHARACTER * 1.05 + 2 * PADDING;
      return { ...one, lines, width: Math.ceil(width), height: Math.max((lines.length + 1) * LINE, most * LINE) + 2 * PADDING };
    });
    let y = top;
    for (const one of sized) {
      done.push({ ...one, x, y });
      y += one.height + GAP;
    }
    // room for what stands at its arrows to the right, and at those from there
    const columnOf = (id: string) => boxes.find((one) => one.id === id)!.column;
    const right = arrows.filter(({ from, to }) => columnOf(from) !== columnOf(to) && Math.min(columnOf(from), columnOf(to)) === column);
    x += Math.max(...sized.map((one) => one.width)) + Math.max(0, ...right.map((arrow) => arrow.text.length)) * CHARACTER + CHANNEL;
  }
  return done;
}

/** Where an arrow begins and ends: each has its own place at the side of a box, in the order of those at its other end, so that few cross. */
function ends(arrow: Arrow, all: readonly Arrow[], boxes: readonly Placed[]): Ends {
  const at = (id: string) => boxes.find((one) => one.id === id)!;
  const [from, to] = [at(arrow.from), at(arrow.to)];
  const height = (of: Placed, side: readonly Arrow[]) => Math.round(of.y + (of.height * (side.indexOf(arrow) + 1)) / (side.length + 1));
  const back = from.column >= to.column;
  return {
    x1: back ? from.x : from.x + from.width,
    y1: height(from, all.filter((one) => one.from === arrow.from).sort((one, other) => at(one.to).y - at(other.to).y)),
    x2: from.column > to.column ? to.x + to.width : to.x,
    y2: height(to, all.filter((one) => one.to === arrow.to).sort((one, other) => at(one.from).y - at(other.from).y)),
  };
}

function line(arrow: Arrow, all: readonly Arrow[], boxes: readonly Placed[]): string {
  const { x1, y1, x2, y2 } = ends(arrow, all, boxes);
  const bend = CHANNEL * (x2 > x1 ? 1 : -1);
  const into = x1 === x2 ? bend : -bend;
  return `<path d="M${x1},${y1} C${x1 + bend},${y1} ${x2 + (x1 === x2 ? bend : into)},${y2} ${x2},${y2}" fill="none" stroke="#456"${arrow.dashed ? ' stroke-dasharray="5 4"' : ''} marker-end="url(#head)"/>`;
}

function caption(arrow: Arrow, all: readonly Arrow[], boxes: readonly Placed[]): string {
  if (arrow.text === '') return '';
  const { x1, y1, x2 } = ends(arrow, all, boxes);
  // a rim in the colour of the paper: lines pass behind it
  const look = 'fill="#234" stroke="#fff" stroke-width="3" paint-order="stroke"';
  return x2 > x1 ? text(x1 + 6, y1 - 4, arrow.text, look) : text(x1 - 6, y1 - 4, arrow.text, `${look} text-anchor="end"`);
}

function box({ x, y, width, height, title, lines }: Placed): string[] {
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="5" fill="#f2f6fa" stroke="#456"/>`,
    text(x + PADDING, y + PADDING + 10, title, 'font-weight="bold"'),
    ...lines.map((one, index) => text(x + PADDING, y + PADDING + 10 + (index + 1) * LINE, one)),
  ];
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x}" y="${y}"${attributes === '' ? '' : ` ${attributes}`}>${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
