/** Decimal digits of a number: 0.DIGITS times ten to the power of `point`. No trailing zeros. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

const BIAS = 1075n;
const HIDDEN_BIT = 2n ** 52n;

/**
 * Formats a number as Go's strconv.FormatFloat does: exactly, and with ties to even.
 *
 * @param verb with exponent (e), without (f) or what is shorter (g)
 * @param precision -1: as many digits as tell the number from all others
 */
export function formatFloat(value: number, verb: 'e' | 'f' | 'g', precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const decimal = precision < 0 ? shortest(Math.abs(value)) : rounded(exact(Math.abs(value)), verb, precision);
  return sign + layOut(decimal, verb, precision);
}

function layOut(decimal: Decimal, verb: 'e' | 'f' | 'g', precision: number): string {
  const { digits, point } = decimal;
  const count = digits.length;
  if (verb === 'e') return withExponent(decimal, precision < 0 ? Math.max(count - 1, 0) : precision);
  if (verb === 'f') return withoutExponent(decimal, precision < 0 ? Math.max(count - point, 0) : precision);
  const wanted = precision < 0 ? 6 : Math.max(precision, 1);
  const limit = precision >= 0 && wanted > count && count >= point ? count : wanted;
  const exponent = point - 1;
  if (exponent < -4 || exponent >= limit) return withExponent(decimal, Math.max(count - 1, 0));
  return withoutExponent(decimal, Math.max(count - point, 0));
}

function withExponent({ digits, point }: Decimal, precision: number): string {
  const first = digits[0] ?? '0';
  const rest = precision > 0 ? `.${digits.slice(1, precision + 1).padEnd(precision, '0')}` : '';
  const exponent = digits === '' ? 0 : point - 1;
  return `${first}${rest}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function withoutExponent({ digits, point }: Decimal, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  if (precision === 0) return whole;
  const fraction = point > 0 ? digits.slice(point) : '0'.repeat(Math.min(-point, precision)) + digits;
  return `${whole}.${fraction.slice(0, precision).padEnd(precision, '0')}`;
}

/** @param text digits before a decimal point, and how many there are */
function decimalOf(text: string, point: number): Decimal {
  const digits = text.replace(/^0+/, '');
  if (digits === '') return { digits: '', point: 0 };
  return { digits: digits.replace(/0+$/, ''), point: point - (text.length - digits.length) };
}

function shortest(value: number): Decimal {
  const [mantissa, exponent] = value.toExponential().split('e');
  return value === 0 ? { digits: '', point: 0 } : decimalOf(mantissa.replace('.', ''), Number(exponent) + 1);
}

/** All digits: a binary fraction m / 2^k is m * 5^k / 10^k. */
function exact(value: number): Decimal {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const biased = raw / HIDDEN_BIT;
  const mantissa = raw % HIDDEN_BIT + (biased > 0n ? HIDDEN_BIT : 0n);
  const exponent = (biased > 0n ? biased : 1n) - BIAS;
  if (exponent >= 0n) {
    const text = String(mantissa * 2n ** exponent);
    return decimalOf(text, text.length);
  }
  const text = String(mantissa * 5n ** -exponent);
  return decimalOf(text, text.length + Number(exponent));
}

function rounded(decimal: Decimal, verb: 'e' | 'f' | 'g', precision: number): Decimal {
  const { digits, point } = decimal;
  const keep = verb === 'e' ? precision + 1 : verb === 'f' ? point + precision : Math.max(precision, 1);
  if (keep >= digits.length) return decimal;
  if (keep < 0) return { digits: '', point: 0 };
  const kept = digits.slice(0, keep);
  const rest = digits.slice(keep);
  const odd = /[13579]$/.test(kept);
  const up = rest === '5' ? odd : rest[0] >= '5';
  if (!up) return kept === '' ? { digits: '', point: 0 } : decimalOf(kept, point);
  const text = String(BigInt(kept || '0') + 1n).padStart(keep, '0');
  return decimalOf(text, point + text.length - keep);
}
