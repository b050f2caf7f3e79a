import { Settings } from '../settings/settings';
import { Topology } from '../topology/topology';

/** Settings and topology: what every part is made from. */
export interface PartProps {
  readonly settings: Settings;
  readonly topology: Topology;
}
