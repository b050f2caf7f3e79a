import { EventMetrics } from './event-metrics';
import { HandOverRecord } from './last-hand-over';
import { StateMetrics } from './state-metrics';
import { exposition } from '../../metrics/registry';
import { Happenings } from '../act/witness';

/** All that /metrics tells. */
export class AgentMetrics {
  /** What the last round saw. */
  public readonly state = new StateMetrics();
  /** What happened since the agent started. */
  public readonly events: EventMetrics;

  /**
   * @param handOvers keeps what the scraper may not see before the pod ends. Default: nobody does
   * @param also is told what people should see. Default: nobody is
   */
  constructor(handOvers?: HandOverRecord, also?: Happenings) {
    this.events = new EventMetrics(handOvers, also);
  }

  /** Everything in Prometheus' text format. */
  public text(): string {
    return exposition(this.state) + exposition(this.events);
  }
}
