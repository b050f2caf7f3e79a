/** Port of kube-template's probes and metrics. */
export const KUBE_TEMPLATE_PORT = 9099;

/** Port of the agent's metrics. */
export const AGENT_PORT = 9098;

/** Port of the throw-away server that a restore copies from: agents know it by its port, which nobody else has. */
export const RESTORE_PORT = 9097;

/** Ports of the exporters beside servers and Sentinels. */
export const EXPORTER_PORT = 9121;
export const SENTINEL_EXPORTER_PORT = 9122;

/** First of the loopback ports on which HAProxy asks itself for the consensus, one a server. */
export const CONSENSUS_PORT = 18000;
