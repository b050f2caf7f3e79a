import { Build } from '../base/build';
import { Entry, refused } from '../base/table';

const CLEAR = 'in clear text is not taken over';

/** A secret in clear text: its value is in no message, program or manifest. */
export function clearText(what: string): Entry {
  return refused(`${what} ${CLEAR}`);
}

/** The password in clear text: where it belongs. */
export const PASSWORD: Entry = {
  ...clearText('a password'),
  note: `a password ${CLEAR}: put it into the Secret NAME-auth`,
  set: (build, _, key) => build.report.replace(key, 'refused',
    `a password ${CLEAR}: put it into a Secret (kubectl create secret generic ${build.name}-auth --from-literal=password=…), or name yours by 'auth'`),
};

interface AuthGiven {
  readonly on: boolean;
  /** Key of the values that names the Secret, and the one that names the password's key in it. */
  readonly secret: string;
  readonly key: string;
  /** Keys that switch it on or off. */
  readonly switches: readonly string[];
  /** The password's key, where the values do not say. */
  readonly defaultKey: string;
}

/** Puts the password's Secret. Without a name it is the library's default, `NAME-auth` with the key `password`. */
export function putAuth(build: Build, { on, secret, key, switches, defaultKey }: AuthGiven): void {
  const switched = build.given(...switches);
  if (!on) {
    build.put(['auth', 'none'], true, ...switched);
    for (const one of build.given(secret, key)) build.note(one, 'auth is off, so that no password is asked for');
    return;
  }
  build.put(['auth', 'usual'], `${build.name}-auth`);
  if (build.has(secret)) {
    const used = build.text(key, defaultKey);
    build.put(['auth', 'secret'], build.text(secret), secret);
    if (used !== 'password') build.put(['auth', 'key'], used, ...build.given(key));
    return;
  }
  if (switched.length === 0) build.assume(secret, 'the chart makes a password: here it comes from the Secret NAME-auth, key password, which you make');
  for (const one of switched) build.note(one, 'the password comes from the Secret NAME-auth, key password, which you make');
  for (const one of build.given(key)) build.note(one, 'counts only where the Secret is named, too: the key is password');
}
