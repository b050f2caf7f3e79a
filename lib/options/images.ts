/** Image that a mounted program runs in. */
export const NODE_IMAGE = 'docker.io/library/node:20.19.2-slim';
