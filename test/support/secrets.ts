import { Manifest } from './manifests';

/** Names of variables that hold a secret. */
const SECRET_VARIABLE = /(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|CREDENTIALS?|REDISCLI_AUTH)$/i;

/** What is followed by a password in a text. A value that begins with `%`, `$` or `"$` is filled in where the program runs. */
const GIVEN = '(?!"?[%$])\\S';
const IN_TEXT: readonly RegExp[] = [
  new RegExp(`^\\s*(requirepass|masterauth|primaryauth|tls-\\S*pass)\\s+${GIVEN}`, 'im'),
  new RegExp(`^\\s*sentinel\\s+(auth-pass\\s+\\S+|sentinel-pass)\\s+${GIVEN}`, 'im'),
  /^\s*user\s+\S+\s.*[>#<!][A-Za-z0-9]/im,
  new RegExp(`\\bstats\\s+auth\\s+\\S*:${GIVEN}`, 'i'),
  new RegExp(`^\\s*user\\s+\\S+\\s+(insecure-)?password\\s+${GIVEN}`, 'im'),
  /\bsend\S*\s.*\bAUTH\b/,
  /:\/\/[^/\s:@]*:(?!\$)[^@\s/]+@/,
];
/** Arguments of command lines that are followed by a password. */
const ARGUMENT = /^(-a|--pass|--requirepass|--masterauth|--primaryauth)$/;

/** Where a manifest holds what looks like a password, outside of a reference to a Secret. */
export function secretLeaks(manifest: Manifest): string[] {
  return manifest.kind === 'Secret' ? ['Secret: holds data itself'] : leaks(manifest, manifest.kind);
}

function leaks(value: unknown, at: string): string[] {
  if (typeof value === 'string') return IN_TEXT.some((pattern) => pattern.test(value)) ? [at] : [];
  if (Array.isArray(value)) {
    const given = value.flatMap((item, index) => (ARGUMENT.test(item) && /^[^$]/.test(value[index + 1] ?? '') ? [`${at}[${index + 1}]`] : []));
    return [...given, ...value.flatMap((item, index) => leaks(item, `${at}[${index}]`))];
  }
  if (typeof value !== 'object' || value === null) return [];
  const { name, value: plain } = value as { name?: unknown; value?: unknown };
  if (typeof name === 'string' && SECRET_VARIABLE.test(name) && plain !== undefined) return [`${at} ${name}`];
  // our own programs are code that handles passwords
  return Object.entries(value).flatMap(([key, item]) => (key.endsWith('.js') ? [] : leaks(item, `${at}.${key}`)));
}
