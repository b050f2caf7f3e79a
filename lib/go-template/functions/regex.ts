import { fixed, Functions, text } from './signature';
import { Regexp } from '../regexp/regexp';

/** Sprig's regular expressions. They cannot run forever; long texts are refused. */
export const regexFunctions: Functions = {
  regexMatch: fixed([text, text], (pattern, value) => compiled(pattern).test(value)),
  regexFind: fixed([text, text], (pattern, value) => compiled(pattern).find(value) ?? ''),
  regexReplaceAll: fixed([text, text, text], (pattern, value, replacement) => compiled(pattern).replaceAll(value, replacement)),
};

/** Expressions are few and used again in each render. */
const cache = new Map<string, Regexp>();
const MAX_CACHED = 100;

function compiled(pattern: string): Regexp {
  let found = cache.get(pattern);
  if (!found) {
    found = new Regexp(pattern);
    if (cache.size >= MAX_CACHED) cache.clear();
    cache.set(pattern, found);
  }
  return found;
}
