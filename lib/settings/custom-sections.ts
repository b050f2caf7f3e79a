import { InvalidPropError } from './invalid-prop';

const SECTION = /^(global|defaults|frontend|backend|listen|userlist|peers|resolvers|mailers|cache|ring|http-errors|log-forward|fcgi-app|program)\b/;
const OWN_SECTION = /^(?:frontend|backend|listen)\s+(consensus|write|refused|read|replicas|stats|(?:sen|role|master)_\d+)\b/;
/** What is followed by a password, somewhere in its line. */
const TAKES_PASSWORD = /\b(stats\s+auth|(insecure-)?password|send(-lf|-binary|-binary-lf)?\s+.*AUTH\b|set-header\s+\S*authorization)\b/i;

/** Free sections of haproxy.cfg: whole ones, none of ours, and no password in a ConfigMap. */
export function customSections(prop: string, text: string): string {
  const lines = text.split('\n');
  const first = lines.find((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  if (first !== undefined && !SECTION.test(first.trim())) {
    throw new InvalidPropError(prop, first.trim(), 'must start with a section, like "frontend NAME": it would go on with the last one of ours');
  }
  for (const [index, line] of lines.entries()) {
    const own = OWN_SECTION.exec(line.trim());
    if (own) throw new InvalidPropError(`${prop} line ${index + 1}`, own[1], 'is the name of a section of ours: take another');
    // the error names the directive, never the password
    const secret = TAKES_PASSWORD.exec(line);
    if (secret && !/\$\{\w+\}/.test(line)) {
      throw new InvalidPropError(`${prop} line ${index + 1}`, secret[0].replace(/^(send\S*).*/i, '$1').replace(/\s+/g, ' '),
        'must not hold a password as plain text: give it to the pod by \'proxy.pod.env\' with valueFrom, and write "${NAME}"');
    }
  }
  return text;
}
