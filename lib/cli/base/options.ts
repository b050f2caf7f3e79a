import { parseArgs, ParseArgsConfig } from 'node:util';
import { CliError, EXIT } from './command';

/** Options of each command that looks at an installation. */
const COMMON = {
  namespace: { type: 'string', short: 'n' },
  context: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

/** What they mean, for the usage of a command. */
export const COMMON_USAGE = `  -n, --namespace NS  default: that of the context
  --context CTX       default: kubectl's current one`;

/** Which installation is meant. */
export interface Where {
  /** The installation; undefined if there is only one to find. */
  readonly name?: string;
  readonly namespace?: string;
  readonly context?: string;
}

/** A command line, taken apart. */
interface Parsed<Flag extends string> extends Where {
  /** Which of the command's own options were given. */
  readonly flags: { readonly [flag in Flag]: boolean };
  /** What its options with a value were given. */
  readonly values: { readonly [option: string]: string | undefined };
  /** What follows NAME; undefined if the command takes nothing, or if it is not there. */
  readonly argument?: string;
}

/** What a command takes beside NAME, and options that say yes or no. */
interface Takes {
  /** Options with a value. */
  readonly values?: readonly string[];
  /** What follows NAME, which may be left out then as well. */
  readonly argument?: string;
}

/** Options that say yes or no, each with its letter, if it has one. */
type Letters<Flag extends string> = { readonly [flag in Flag]: string | undefined };

/** @param own options of the command @throws CliError for a command line that is wrong */
export function parse<Flag extends string = never>(
  args: readonly string[], own = {} as Letters<Flag>, { values: named = [], argument }: Takes = {},
): Parsed<Flag> {
  const names = Object.keys(own) as Flag[];
  const flags = names.map((flag) => [flag, { type: 'boolean', ...own[flag] === undefined ? {} : { short: own[flag] } }]);
  const valued = named.map((option) => [option, { type: 'string' }]);
  const options: NonNullable<ParseArgsConfig['options']> = { ...COMMON, ...Object.fromEntries(flags), ...Object.fromEntries(valued) };
  const { values, positionals } = parsed(args, options);
  const most = argument === undefined ? 1 : 2;
  if (positionals.length > most) {
    const accepted = argument === undefined ? 'one NAME is' : `NAME and ${argument} are`;
    throw new CliError(`${accepted} accepted, and there are ${positionals.length}: ${positionals.join(' ')}`, EXIT.usage);
  }
  if (argument !== undefined && positionals.length === 0) throw new CliError(`${argument} is missing`, EXIT.usage);
  return {
    name: positionals.length === most || argument === undefined ? positionals[0] : undefined,
    argument: argument === undefined ? undefined : positionals[positionals.length - 1],
    values: Object.fromEntries(named.map((option) => [option, values[option] as string | undefined])),
    namespace: values.namespace as string | undefined,
    context: values.context as string | undefined,
    flags: Object.fromEntries(names.map((flag) => [flag, values[flag] === true])) as { [flag in Flag]: boolean },
  };
}

/** The words of a command line, by the options that are known. @throws CliError for others */
export function parsed<Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[], options: Options,
): ReturnType<typeof parseArgs<{ args: string[]; options: Options; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new CliError((error as Error).message.split('. ')[0], EXIT.usage);
  }
}
