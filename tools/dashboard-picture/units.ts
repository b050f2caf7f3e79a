/** Numbers as Grafana's units write them, as far as our dashboards have them. */

const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Three digits of it, without needless zeros. */
const short = (value: number): string => String(Number(value.toPrecision(3)));

function bytes(value: number): string {
  const power = value === 0 ? 0 : Math.max(0, Math.min(BYTES.length - 1, Math.floor(Math.log2(Math.abs(value)) / 10)));
  return `${short(value / 1024 ** power)} ${BYTES[power]}`;
}

function seconds(value: number): string {
  const [size, unit] = Math.abs(value) >= 86_400 ? [86_400, 'd'] : Math.abs(value) >= 3_600 ? [3_600, 'h'] : Math.abs(value) >= 60 ? [60, 'min'] : value !== 0 && Math.abs(value) < 1 ? [0.001, 'ms'] : [1, 's'];
  return `${short(value / (size as number))} ${unit}`;
}

function plain(value: number): string {
  return Math.abs(value) >= 10_000 ? `${short(value / 1_000)} K` : short(value);
}

/** @param unit of Grafana, undefined for a number of things */
export function written(value: number, unit: string | undefined): string {
  switch (unit) {
    case undefined: return plain(value);
    case 'bytes': return bytes(value);
    case 'Bps': return `${bytes(value)}/s`;
    case 's': return seconds(value);
    case 'µs': return seconds(value / 1_000_000).replace(/^0 s$/, '0 µs');
    case 'ops': return `${plain(value)} ops/s`;
    case 'percentunit': return `${short(value * 100)} %`;
    default: throw new Error(`the unit ${unit} has no form here`);
  }
}
