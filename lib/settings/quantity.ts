/** Powers of ten and of 1024 that each suffix stands for. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const SUFFIXES: { readonly [suffix: string]: readonly [base: bigint, power: number] } = {
  '': [10n, 0],
  'n': [10n, -9],
  'u': [10n, -6],
  'm': [10n, -3],
  ...Object.fromEntries(['k', 'M', 'G', 'T', 'P', 'E'].map((suffix, index) => [suffix, [10n, 3 * (index + 1)] as const])),
  ...Object.fromEntries(['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((suffix, index) => [suffix, [1024n, index + 1] as const])),
};

/** A number, then a suffix or an exponent: "1E" are 10^18, "1E3" are 1000. */
const QUANTITY = /^\+?(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3})|([a-zA-Z]*))$/;

/** The smallest part that Kubernetes counts. */
const NANO = 10n ** 9n;

/**
 * A quantity as Kubernetes reads it, in billionths: like there, less than one counts as one. Undefined for anything else, and for what is below zero, which no resource can be.
 */
export function billionths(text: string): bigint | undefined {
  const [, whole, fraction = '', exponent, suffix = ''] = QUANTITY.exec(text) ?? [];
  const unit = SUFFIXES[suffix];
  if (whole === undefined || whole + fraction === '' || unit === undefined) return undefined;
  const [base, power] = exponent === undefined ? unit : [10n, Number(exponent)];
  const above = BigInt(whole + fraction) * NANO * (power > 0 ? base ** BigInt(power) : 1n);
  const below = 10n ** BigInt(fraction.length) * (power < 0 ? base ** BigInt(-power) : 1n);
  return (above + below - 1n) / below;
}

/** Bytes of a quantity, rounded up as Kubernetes does. */
export function bytesOf(text: string): number | undefined {
  const amount = billionths(text);
  return amount === undefined ? undefined : Number((amount + NANO - 1n) / NANO);
}
