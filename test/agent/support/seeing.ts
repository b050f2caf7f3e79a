import { Decide } from './world';
import { decide } from '../../../lib/agent/decide/decide';
import { Observation, ServerView } from '../../../lib/agent/observe/observation';

/** Decides from an observation in which the servers look different. */
export function seeing(change: (view: ServerView) => ServerView): Decide {
  return (observation, memory, rules) => {
    const servers = observation.servers.map((view) => view && change(view));
    return decide({ ...observation, servers } as Observation, memory, rules);
  };
}
