import * as fs from 'node:fs';
import { CliError } from './command';

/** How commands end that can't read or write a file, beside the statuses of all commands. */
const UNREADABLE = 2;

/** A file's text; "-" is standard input. PowerShell writes UTF-16 where a command's output goes into a file. @throws CliError */
export function readText(file: string): string {
  try {
    const bytes = fs.readFileSync(file === '-' ? 0 : file);
    const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
    return new TextDecoder(encoding).decode(bytes);
  } catch (error) {
    throw unreadable(file, (error as Error).message);
  }
}

/** @throws CliError */
export function writeText(file: string, text: string): void {
  try {
    fs.writeFileSync(file, text);
  } catch (error) {
    throw new CliError(`${file} can't be written: ${(error as Error).message}`, UNREADABLE);
  }
}

/** A file that holds something else than it should. */
export function unreadable(file: string, why: string): CliError {
  return new CliError(`${file} can't be read: ${why}`, UNREADABLE);
}
