/** What tell-status.sh printed, by the names of its parts. */
export function partsOf(text: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  for (const part of text.split(/^--- /m).slice(1)) {
    const end = part.indexOf('\n');
    parts.set(part.slice(0, end < 0 ? undefined : end), end < 0 ? '' : part.slice(end + 1).trim());
  }
  return parts;
}

/** Fields of `INFO`. */
export function infoOf(text: string): ReadonlyMap<string, string> {
  return new Map(text.split(/\r?\n/).flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    return line.startsWith('#') || colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1)]];
  }));
}

/** A reply of names and values, one a line. */
export function pairsOf(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(lines.flatMap((name, index): [string, string][] => (index % 2 === 0 ? [[name, lines[index + 1] ?? '']] : [])));
}

/** A reply of several of them: each begins with a `name`. */
export function recordsOf(text: string): ReadonlyMap<string, string>[] {
  const lines = text.split(/\r?\n/);
  const starts = lines.flatMap((line, index) => (index % 2 === 0 && line === 'name' ? [index] : []));
  return starts.map((start, index) => pairsOf(lines.slice(start, starts[index + 1])));
}

/** The first line, where it is no answer but says why there is none. */
export function refusal(text: string): string {
  const [line] = text.trim().split('\n');
  return line === '' ? 'no answer within 3 s' : line;
}
