import { isUtf8 } from 'node:buffer';
import * as fs from 'node:fs';
import { FORMER_PASSWORD_SECONDS } from '../../limits/former-password';
import { Log, messageOf } from '../../log/log';
import { CLOCK } from '../base/clock';

/** How long a password that another one replaced stays good. In milliseconds. */
export const FORMER_MS = 1000 * FORMER_PASSWORD_SECONDS;

/** What the Secret says at this moment. */
export interface Passwords {
  /** The one to use. */
  readonly current: string;
  /** All that servers and Sentinels accept, the current one first, each with and without the newlines at its end. */
  readonly accepted: readonly string[];
  /** Those of them that stand in the key with `-alternate`. */
  readonly alternates: readonly string[];
  /** How many they are, whatever their forms. */
  readonly count: number;
  /** What to log in with: one of those that ask may know of a change sooner than those that are asked, or later. */
  readonly logins: readonly string[];
  /** No other is accepted: an empty `-alternate` ends former ones at once. */
  readonly alone: boolean;
}

/** Undefined without authentication, and until a password can be read. */
export type PasswordReader = () => Passwords | undefined;

/** One password of the Secret: as everybody here uses it, and as clients have it that send all that the Secret holds. */
interface Held {
  readonly plain: string;
  readonly forms: readonly string[];
  /** Why it is none. */
  readonly problem?: string;
}

/**
 * The password of this file and, while it is being changed, the next or previous one in the file of the same name with `-alternate`.
 * The files follow the Secret. While they can't be read, or hold what is none, the last password stays, and one line says so.
 *
 * @param problemOf why a text is no password
 */
export function passwordsOf(
  file: string | undefined, log: Log, now: () => number = () => CLOCK.now(), problemOf: (password: string) => string | undefined = () => undefined,
): PasswordReader {
  if (file === undefined) return () => undefined;
  let last: Passwords | undefined;
  /** Those that were replaced, the last one first: a rotation may follow soon on another one, and whom we ask may know neither. */
  let former: readonly { readonly plain: string; readonly until: number }[] = [];
  let said = '';
  const say = (problem: string): void => {
    if (problem !== said && problem !== '') log.error('password', `${problem}: ${last ? 'the last one stays in use' : 'waiting for it'}`);
    if (problem === '' && said !== '') log.info('password', 'can be read again');
    said = problem;
  };
  return () => {
    try {
      const main = held(file);
      if (main.plain === '') throw new Error(`${file} is empty: the Secret's key must hold a password`);
      const problem = main.problem ?? problemOf(main.plain);
      if (problem !== undefined) throw new Error(`${file} holds no password: ${problem}`);
      const alternate = fs.existsSync(`${file}-alternate`) ? held(`${file}-alternate`) : undefined;
      const alone = alternate?.plain === '';
      if (last && last.current !== main.plain) former = [{ plain: last.current, until: now() + FORMER_MS }, ...former];
      former = alone ? [] : former.filter(({ until }) => now() < until);
      const alternates = alternate === undefined || alternate.problem !== undefined || alone ? [] : [alternate];
      const all = [main, ...alternates];
      last = {
        current: main.plain,
        accepted: [...new Set(all.flatMap(({ forms }) => forms))],
        alternates: alternates.flatMap(({ forms }) => forms),
        count: new Set(all.map(({ plain }) => plain)).size,
        logins: [...new Set([main.plain, ...former.map(({ plain }) => plain)])],
        alone,
      };
      say(alternate?.problem === undefined ? '' : `${file}-alternate holds no password: ${alternate.problem}`);
    } catch (error) {
      say((error as NodeJS.ErrnoException).code === 'ENOENT' ? `${file} is missing: the Secret has no such key` : messageOf(error));
    }
    return last;
  };
}

/**
 * Why a text is no password that Sentinels can have: they write it into their files as it is, where a second line would be a directive. Newer ones refuse
 * all control characters. `common.sh` and `password.lua` hold to the same.
 */
export function problemAtSentinels(password: string): string | undefined {
  // eslint-disable-next-line no-control-regex
  return /[\0-\x1f\x7f]/.test(password) ? 'it has several lines or other control characters' : undefined;
}

/**
 * As the scripts read it: newlines at the end do not belong to it. Bytes that are no UTF-8 would be others here than there, and for clients;
 * `common.sh` and `password.lua` take none either.
 */
function held(file: string): Held {
  const bytes = fs.readFileSync(file);
  const whole = bytes.toString('utf8');
  const plain = whole.replace(/\n+$/, '');
  return { plain, forms: [...new Set([plain, whole])], problem: isUtf8(bytes) ? undefined : 'it has bytes that are no UTF-8' };
}
