import * as fs from 'node:fs';

/** The passwords that servers and Sentinels accept at this moment: first the one to use. Undefined without authentication. */
export type PasswordReader = () => readonly string[] | undefined;

/**
 * The password of this file and, while it is being changed, the next or previous one in the file of the same name with `-alternate`.
 * The files follow the Secret.
 */
export function passwordsOf(file: string | undefined): PasswordReader {
  if (file === undefined) return () => undefined;
  return () => [...new Set([file, `${file}-alternate`].flatMap((each, index) => index === 0 || fs.existsSync(each) ? [read(each)] : []))];
}

/** As the scripts read it: newlines at the end do not belong to it. */
function read(file: string): string {
  return fs.readFileSync(file, 'utf8').replace(/\n+$/, '');
}
