export { Haproxy, HaproxyOptions } from './haproxy';
