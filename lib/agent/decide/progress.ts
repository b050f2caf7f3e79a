/** Less than this is hardly anything. In bytes. */
export const LITTLE = 1024 * 1024;

/** How many bytes, in steps that double: each is a line in the log. */
export function inSteps(bytes: number): string {
  return `${2 ** Math.floor(Math.log2(bytes / LITTLE))} MiB and more`;
}

/** How far a copy is. */
export function progress(received: number): string {
  return received < LITTLE ? 'it has begun' : `${inSteps(received)} have arrived`;
}
