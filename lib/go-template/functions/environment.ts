import { fixed, Functions, text } from './signature';

/** Variables of the environment; one that is not set is "". */
export const environmentFunctions: Functions = {
  env: fixed([text], (name) => valueOf(name) ?? ''),
  envOrDefault: fixed([text, text], (name, fallback) => valueOf(name) ?? fallback),
};

function valueOf(name: string): string | undefined {
  return Object.hasOwn(process.env, name) ? process.env[name] : undefined;
}
