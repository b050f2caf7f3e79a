/** What the screen shows; all of it is text already, or a number. */
export interface Screen {
  readonly title: string;
  /** Since the start. In milliseconds. */
  readonly runningMs: number;
  readonly password: string;
  readonly folder: string;
  readonly clients: Clients;
  readonly rows: readonly Row[];
  /** Index of the row that keys act upon. */
  readonly selected: number;
  readonly happened: readonly Happening[];
}

/** What clients see through HAProxy. */
export interface Clients {
  /** Where they connect, `127.1.2.180:6379`. */
  readonly write: string;
  readonly read: string;
  /** Acknowledged in the last second. */
  readonly writesPerSecond: number;
  /** Writes per second before, the latest at the end. */
  readonly history: readonly number[];
  readonly acknowledged: number;
  /** Acknowledged writes that could not be read back. */
  readonly lost: number;
  /** Since the last acknowledgement. In milliseconds. */
  readonly silentMs: number;
  readonly lastGapMs: number;
  readonly longestGapMs: number;
  readonly lastError?: string;
}

/** A container. */
export interface Row {
  readonly kind: 'server' | 'agent' | 'Sentinel' | 'HAProxy' | 'kube-template';
  readonly ordinal: number;
  readonly address: string;
  readonly state: 'runs' | 'stalled' | 'ended';
  /** Its pod is cut off. */
  readonly cut: boolean;
  /** What it says or decides. */
  readonly says: string;
  readonly master?: boolean;
}

/** Something that happened. */
export interface Happening {
  readonly atMs: number;
  readonly text: string;
}

/** How text is shown. Colours are the terminal's own. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

const PLAIN: Style = { bold: String, dim: String, good: String, bad: String };

const ansi = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[0m`;
export const COLOURED: Style = { bold: ansi(1), dim: ansi(2), good: ansi(32), bad: ansi(31) };

const BARS = '▁▂▃▄▅▆▇█';
const HAPPENED = 10;
/** Writers pause for less. */
const SILENT_MS = 500;

export const KEYS = '↑↓ or 1-9 choose   k kill   s stall/resume   c cut/join its pod   h hand over: a planned restart   r replace its pod   x end/start   q quit';

/** The screen as lines: no more than the height, none longer than the width. */
export function lines(screen: Screen, size: { readonly width: number; readonly height: number }, style: Style = PLAIN): string[] {
  const { clients, rows, selected, happened } = screen;
  const cut = (text: string) => (text.length > size.width ? `${text.slice(0, size.width - 1)}…` : text);
  const head = [
    style.bold(cut(`${screen.title}   ${clock(screen.runningMs)}`)),
    cut(`clients: redis-cli -h ${clients.write.replace(':', ' -p ')}   replicas: ${clients.read}   password: ${screen.password}`),
    style.dim(cut(`logs, data and files of each container: ${screen.folder}`)),
    '',
    ...traffic(clients, style, cut),
    '',
  ];
  const body = rows.map((row, index) => rowLine(row, index, index === selected, style, cut));
  const foot = ['', style.dim(cut(KEYS))];
  const room = Math.max(0, Math.min(HAPPENED, size.height - head.length - body.length - foot.length - 1));
  const events = happened.slice(room === 0 ? happened.length : -room).map(({ atMs, text }) => cut(`${clock(atMs)}  ${text}`));
  return [...head, ...body, ...events.length > 0 ? ['', ...events] : [], ...foot].slice(0, size.height);
}

function traffic(clients: Clients, style: Style, cut: (text: string) => string): string[] {
  const { writesPerSecond, history, lost, silentMs } = clients;
  const highest = Math.max(1, ...history);
  const bars = history.map((rate) => (rate === 0 ? ' ' : BARS[Math.min(BARS.length - 1, Math.floor(rate / highest * BARS.length))])).join('');
  const silent = silentMs > SILENT_MS;
  return [
    (silent ? style.bad : style.good)(cut(`${silent ? `no write for ${seconds(silentMs)}` : `${String(writesPerSecond).padStart(4)} writes/s`}   |${bars}|`)),
    (lost > 0 ? style.bad : String)(cut(clientsLine(clients))),
  ];
}

/** What clients saw since the start. */
export function clientsLine({ acknowledged, lost, lastGapMs, longestGapMs, lastError }: Clients): string {
  return `acknowledged ${acknowledged}, lost ${lost}   gap: last ${seconds(lastGapMs)}, longest ${seconds(longestGapMs)}   last error: ${lastError ?? 'none'}`;
}

function rowLine(row: Row, index: number, selected: boolean, style: Style, cut: (text: string) => string): string {
  const name = `${row.kind} ${row.ordinal}`.padEnd(16);
  const state = (row.cut ? row.state === 'runs' ? 'cut off' : `${row.state}, cut` : row.state).padEnd(12);
  const text = cut(`${selected ? '>' : ' '} ${index < 9 ? index + 1 : ' '}  ${name}${row.address.padEnd(22)}${state}${row.says}`);
  if (row.state !== 'runs' || row.cut) return style.bad(text);
  if (row.master) return style.good(style.bold(text));
  return selected ? style.bold(text) : text;
}

/** `1:05` of 65 seconds. */
export function clock(ms: number): string {
  const all = Math.floor(ms / 1000);
  return `${Math.floor(all / 60)}:${String(all % 60).padStart(2, '0')}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
