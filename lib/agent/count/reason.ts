/** A reason as a label: without the ordinals and numbers in it, of which there may be many. */
export function reasonOf(why: string): string {
  return why.replace(/\d+/g, 'N');
}
