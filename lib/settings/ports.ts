/** Port of kube-template's probes and metrics. */
export const KUBE_TEMPLATE_PORT = 9099;

/** First of the loopback ports on which HAProxy asks itself for the consensus, one a server. */
export const CONSENSUS_PORT = 18000;
