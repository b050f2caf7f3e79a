import * as fs from 'node:fs';
import * as path from 'node:path';
import { PasswordReader, passwordsOf } from './password-file';
import { Log, messageOf } from '../../log/log';

/** A user of clients. */
export interface User {
  readonly name: string;
  /** What it may do, as words of ACL SETUSER. */
  readonly rules: readonly string[];
  readonly passwords: PasswordReader;
}

/** The users at this moment; undefined while they can't be read. */
export type UsersReader = () => readonly User[] | undefined;

/**
 * Users of a file with a line for each: name, key of the Secret, rules. It is followed, so that a new user restarts nobody.
 *
 * @param directory where the keys of the Secret are files
 */
export function usersOf(file: string, directory: string, log: Log): UsersReader {
  let text: string | undefined;
  let users: readonly User[] | undefined;
  // a reader remembers passwords that were replaced: one each for its life
  const readers = new Map<string, PasswordReader>();
  const readerOf = (key: string): PasswordReader => {
    const reader = readers.get(key) ?? passwordsOf(path.join(directory, key), log);
    readers.set(key, reader);
    return reader;
  };
  return () => {
    try {
      const now = fs.readFileSync(file, 'utf8');
      if (now !== text) {
        text = now;
        users = now.split('\n').filter((line) => line !== '').map((line) => {
          const [name, key, ...rules] = line.split(' ');
          return { name, rules, passwords: readerOf(key) };
        });
      }
    } catch (error) {
      if (text !== undefined) log.warn('users', `the former ones stay: ${messageOf(error)}`);
      text = undefined;
    }
    return users;
  };
}
