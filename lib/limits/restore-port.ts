/** Port of the throw-away server that a restore copies from: agents know it by its port, which nobody else has, also when its prop is gone before it. */
export const RESTORE_PORT = 9097;
