export { Haproxy } from './haproxy';
export type { HaproxyOptions } from './haproxy';
