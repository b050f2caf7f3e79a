import { reject } from './invalid-prop';

export const SECTION = /^(global|defaults|frontend|backend|listen|userlist|peers|resolvers|mailers|cache|ring|http-errors|log-forward|fcgi-app|program|acme|crt-store|log-profile|traces)\b/;
/** What is followed by a password, somewhere in its line. */
const TAKES_PASSWORD = /\b(stats\s+auth|(insecure-)?password|send(-lf|-binary|-binary-lf)?\s+.*AUTH\b|set-header\s+\S*authorization)\b/i;

/** Free sections of haproxy.cfg: whole ones, and no password in a ConfigMap. Their names are checked where the other sections are written. */
export function customSections(prop: string, text: string): string {
  const lines = text.split('\n');
  const first = lines.find((line) => line.trim() !== '' && !line.trim().startsWith('#'))?.trim();
  if (first !== undefined && !SECTION.test(first)) {
    reject(prop, passwordDirective(first) ?? first, 'must start with a section, like "frontend NAME": it would go on with the last one of ours');
  }
  for (const [index, line] of lines.entries()) {
    const secret = passwordDirective(line);
    if (secret !== undefined && !/\$\{\w+\}/.test(line)) {
      reject(`${prop} line ${index + 1}`, secret, 'must not hold a password as plain text: give it to the pod by \'proxy.pod.env\' with valueFrom, and write "${NAME}"');
    }
  }
  return text;
}

/** How many of these sections take clients. */
export function countFronts(text: string): number {
  return text.split('\n').filter((line) => /^(frontend|listen)\s/.test(line.trim())).length;
}

/** The directive of a line that takes a password: what an error may say of the line. */
export function passwordDirective(line: string): string | undefined {
  return TAKES_PASSWORD.exec(line)?.[0].replace(/^(send\S*).*/i, '$1').replace(/\s+/g, ' ');
}
