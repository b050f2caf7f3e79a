export * from './container';
export * from './look';
export * from './pod';
export * from './programs';
export * from './stack';
export * from './until';
export * from './write-probe';
