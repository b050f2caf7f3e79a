import { Names } from 'cdk8s';
import { Construct } from 'constructs';
import { NAME, NAME_LENGTH } from './checks';

/**
 * Name of an installation that is given none: its path, like `cache-redis`. A path that is too long, or that has a dot or begins with a digit, is
 * mended, and ends with a hash of the whole path, which keeps two of them apart.
 */
export function defaultName(scope: Construct): string {
  const plain = Names.toDnsLabel(scope, { includeHash: false });
  if (NAME.test(plain) && plain.length <= NAME_LENGTH) return plain;
  return Names.toDnsLabel(scope, { maxLen: NAME_LENGTH }).replace(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+/, '');
}
