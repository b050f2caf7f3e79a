/**
 * What the labels and annotations start with that our objects and pods go by. Others that many tools know are rewritten by some of them, like
 * `app.kubernetes.io/instance` by Argo CD.
 */
export const LABEL_DOMAIN = 'redis-ha.cdk8s.io';

/** Whether a label is one of ours. */
export function isOurs(name: string): boolean {
  return name.startsWith(`${LABEL_DOMAIN}/`);
}
