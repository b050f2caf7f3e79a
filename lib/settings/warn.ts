import { Warning } from './settings';

/** What was told: once is enough, however many installations there are. */
const told = new Set<string>();

/** Tells the user of warnings as Node.js does, so that its options silence or trace them. */
export function warn(warnings: readonly Warning[]): void {
  for (const { code, message } of warnings) {
    if (told.has(message)) continue;
    told.add(message);
    process.emitWarning(message, { type: 'cdk8s-redis-ha', code });
  }
}
