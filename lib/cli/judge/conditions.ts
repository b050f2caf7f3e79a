/** What can be wrong: what to do about it, and the runbook that says more. Codes are part of what `--json` promises. */
export const CONDITIONS = {
  'no-master': {
    remedy: 'Look at what the agents wait for: they elect a master as soon as a majority of the Sentinels and of the servers answers.', runbook: 'no-master',
  },
  'master-down': { remedy: 'Wait for the failover of the Sentinels, some 5 s; if it does not come, see why it would not work.', runbook: 'no-master' },
  'two-masters': { remedy: 'Wait some seconds for the agent of the one that is not named to make it a replica; clients that bypass HAProxy must not write to it.', runbook: 'two-masters' },
  'writes-refused': { remedy: 'Mend the replicas: the master accepts writes again as soon as enough of them keep up.', runbook: 'writes-refused' },
  'writes-paused': { remedy: 'A hand-over is under way, and ends within seconds; if nobody stops the master\'s pod, `CLIENT UNPAUSE` there ends the pause.', runbook: 'writes-refused' },
  'proxy-routes-nowhere': { remedy: 'If there is a master, read the log of this HAProxy: it can\'t reach the Sentinels or the server, or its password is wrong.', runbook: 'writes-refused' },
  'proxy-routes-elsewhere': { remedy: 'Wait a second and ask again; if it stays, delete the pod of this HAProxy.', runbook: 'two-masters' },
  'proxy-down': { remedy: 'See `kubectl describe pod` and the log of the pod.', runbook: 'proxy-down' },
  'quorum-lost': { remedy: 'Get the Sentinels that do not answer back: until then nobody can become the master.', runbook: 'quorum-lost' },
  'quorum-at-risk': { remedy: 'Get the Sentinels that do not answer back before another one fails.', runbook: 'quorum-at-risk' },
  'sentinel-down': { remedy: 'See `kubectl describe pod` and the log of its container `sentinel`.', runbook: 'quorum-at-risk' },
  'sentinel-disagrees': { remedy: 'Wait some seconds for the agent of the master to correct it; if it stays, read that agent\'s log.', runbook: 'sentinel-disagrees' },
  'sentinel-knows-too-few': { remedy: 'Wait some seconds, as Sentinels find each other through the master; if it stays, a network policy or an address is wrong.', runbook: 'sentinel-disagrees' },
  'sentinel-knows-too-many': { remedy: 'Wait a minute for the agent of the master to reset it: members that were removed count for the majority until then.', runbook: 'sentinel-disagrees' },
  'sentinel-tilt': { remedy: 'Wait 30 s; if it comes again, the node\'s clock jumps or the Sentinel gets too little CPU.', runbook: 'quorum-at-risk' },
  'no-electable-replica': { remedy: 'Get a replica back in sync before the master fails or its pod is moved.', runbook: 'no-electable-replica' },
  'server-down': { remedy: 'See `kubectl describe pod` and the logs of its containers `server` and `agent`.', runbook: 'server-down' },
  'server-loading': { remedy: 'Wait until the data is loaded; the log of the server tells how far it is.', runbook: 'replica-link-down' },
  'replica-link-down': { remedy: 'Read the log of the replica: it can\'t reach its master, or copies all data anew.', runbook: 'replica-link-down' },
  'replica-follows-other': { remedy: 'Wait some seconds for its agent to attach it; if it stays, read that agent\'s log.', runbook: 'replica-link-down' },
  'replica-lags': { remedy: 'Look for slow commands, a full network or a busy node: what a replica lacks is lost if the master fails now.', runbook: 'replica-lag' },
  'memory-near-limit': { remedy: 'Raise `server.resources` or delete keys: a server without room refuses writes, or evicts keys if its policy is to.', runbook: 'memory-near-limit' },
  'clients-near-limit': { remedy: 'Look for clients that leak connections (`CLIENT LIST`), or use pools.', runbook: 'rejected-connections' },
  'persistence-fails': { remedy: 'Read the log of the server: the volume is full, slow or broken, or there is no memory for the fork.', runbook: 'persistence-failing' },
  'disk-near-full': { remedy: 'Expand the volume: a server that can\'t write its log refuses writes.', runbook: 'disk-full' },
  'agent-silent': { remedy: 'See the log of the container `agent`; its liveness probe restarts one that hangs.', runbook: 'agent-down' },
  'agent-waits': { remedy: 'docs/operations.md explains what agents wait for.', runbook: 'agent-waits' },
  'certificate-ends': { remedy: 'Renew the certificate in the Secret: nobody has to be restarted.', runbook: 'certificate-expiry' },
  'versions-differ': { remedy: 'If no rollout is under way, see why the last one stopped: `kubectl rollout status`.', runbook: 'rollout-stuck' },
  'one-node': { remedy: 'Spread the pods over nodes: `server.pod.spread`, or more nodes.', runbook: 'quorum-at-risk' },
  'not-read': { remedy: 'Ask again; if it stays, look whether `kubectl exec` and `kubectl port-forward` reach the pod.', runbook: 'server-down' },
} as const satisfies { readonly [code: string]: { readonly remedy: string; readonly runbook: string } };

/** The code of a condition. */
export type Condition = keyof typeof CONDITIONS;
