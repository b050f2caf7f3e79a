import type { Build } from './build';
import { Expression } from './expression';
import { Path } from './model';
import { anything, Reader } from './readers';

/** What becomes of one key of a chart's values, or with `.*` at its end of all below it. */
export interface Entry {
  readonly fate: 'mapped' | 'noted' | 'refused';
  /** Prop, for the documents. */
  readonly to?: string;
  /** What users should know, or the reason. */
  readonly note?: string;
  readonly read: Reader<any>;
  /** Values that ask for nothing, beside empty ones. */
  readonly idle: readonly unknown[];
  /** Whether Helm's templates in it stay, as they are text of another program. */
  readonly verbatim?: boolean;
  /** Whether an empty value says something, like an empty list of commands to disable. */
  readonly meansEmpty?: boolean;
  /** What null says, where the chart has a default that it takes away. */
  readonly whenNull?: unknown;
  readonly set?: (build: Build, value: any, key: string) => void;
}

/** What becomes of all keys of a chart's values, by path. */
export type Table = { readonly [path: string]: Entry };

/** A chart. */
export interface ChartRules {
  /** As `--chart` calls it. */
  readonly name: string;
  readonly table: Table;
  /** Parts that count only while a flag is on: all keys below the first, by the flag and what it is where the values do not say. */
  readonly gates: { readonly [below: string]: readonly [flag: string, absent: boolean] };
  /** Further parts that do not count, and why, by what the values say. */
  readonly off?: (values: { readonly [key: string]: unknown }) => { readonly [below: string]: string };
  /** Keys that are read before all others, as others take the place of what they say, or speak of it. */
  readonly first: readonly string[];
  /** The key that takes the place of another one, if it is given. */
  readonly replacedBy?: (path: string, build: Build) => string | undefined;
  /** Keys of former versions: what they are called now. */
  readonly renamed: { readonly [former: string]: string };
  /** Names in paths that values of hardly any other program have. */
  readonly telling: readonly string[];
  /** What several keys say together. */
  readonly compose: (build: Build) => void;
}

type Set<T> = (build: Build, value: T, key: string) => void;
type More = Partial<Pick<Entry, 'idle' | 'verbatim' | 'meansEmpty' | 'whenNull'>>;

/** It is a prop, or a part of one. Without `set`, the chart's `compose` reads it. */
export function mapped<T>(to: string, read: Reader<T>, set?: Set<T>, more: More & { readonly note?: string } = {}): Entry {
  return { fate: more.note === undefined ? 'mapped' : 'noted', to, read, set, idle: [], ...more };
}

/** Nothing is to be done. */
export function noted(note: string, read: Reader<any> = anything, more: More = {}): Entry {
  return { fate: 'noted', note, read, idle: [], ...more };
}

/** It can't be taken over. */
export function refused(note: string, ...idle: unknown[]): Entry {
  return { fate: 'refused', note, read: anything, idle };
}

/** Puts the value at a path. */
export function at<T>(path: Path, via: (value: T) => Expression = (value) => value as Expression): Set<T> {
  return (build, value, key) => build.put(path, via(value), key);
}

/** The value is a default of the chart, or the same as here. */
export const IDLE = (...idle: unknown[]): More => ({ idle });
