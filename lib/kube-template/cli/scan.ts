import { Flag, FlagName, FLAGS } from './flags';
import { ConfigError } from '../config/section';

/** A flag as it was given; the value is `true` for a flag that takes none. */
interface GivenFlag {
  readonly name: FlagName;
  readonly value: string | true;
}

const byLetter = new Map<string, Flag>();
const byName = new Map<string, Flag>();
for (const flag of FLAGS as readonly Flag[]) {
  for (const name of [flag.name, ...flag.aliases ?? []]) byName.set(name, flag);
  if (flag.letter) byLetter.set(flag.letter, flag);
}

/**
 * The flags of a command line in their order. Accepts `--name value`, `--name=value`, `-n value`, `-n=value`, `-nvalue`
 * and, as consul-template is called, `-name value`.
 *
 * @throws ConfigError at the first argument that is no flag, lacks its value or has one too many
 */
export function scan(args: readonly string[]): GivenFlag[] {
  const given: GivenFlag[] = [];
  for (let i = 0; i < args.length; i++) {
    const { flag, spelling, attached } = split(args[i]);
    const name = flag.name as FlagName;
    if (flag.value !== undefined) {
      if (attached === undefined && i + 1 >= args.length) throw new ConfigError(`${spelling}: no value; expected ${flag.value}`);
      given.push({ name, value: attached ?? args[++i] });
    } else if (attached === undefined || attached === 'true') {
      given.push({ name, value: true });
    } else if (attached !== 'false') {
      throw new ConfigError(`${spelling}: takes no value, but has ${JSON.stringify(attached)}`);
    }
  }
  return given;
}

function split(arg: string): { flag: Flag; spelling: string; attached?: string } {
  const match = /^(--?)([^=]+)(?:=([^]*))?$/.exec(arg);
  if (!match) throw new ConfigError(`${arg}: not a flag; see --help`);
  const [, dashes, given, attached] = match;
  // As 3cky's program read them.
  const name = given.replace(/_/g, '-');
  const flag = byName.get(name);
  if (flag && (dashes === '--' || name.length > 1)) return { flag, spelling: dashes + name, attached };
  const short = dashes === '-' ? byLetter.get(name[0]) : undefined;
  if (!short || (name.length > 1 && short.value === undefined)) throw new ConfigError(`${dashes}${name}: unknown flag; see --help`);
  return { flag: short, spelling: `-${name[0]}`, attached: name.length > 1 ? arg.slice(2) : attached };
}
