/**
 * A password that another one replaced in one step, as rotators do, stays good for so long, in seconds: the nodes learn of a changed Secret up to two
 * minutes apart, and clients that read it when they start have to be started again.
 */
export const FORMER_PASSWORD_SECONDS = 900;
