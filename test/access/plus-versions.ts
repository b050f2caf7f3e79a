import * as plus27 from 'cdk8s-plus-27';
import * as plus34 from 'cdk8s-plus-34';

/** The cdk8s-plus that this library uses itself, and the newest: classes of both may be handed in. */
export const PLUS: readonly (readonly [name: string, plus: typeof plus27])[] = [
  ['cdk8s-plus-27', plus27],
  // one type for test.each; that its own types fit is shown by types.test.ts
  ['cdk8s-plus-34', plus34 as unknown as typeof plus27],
];
