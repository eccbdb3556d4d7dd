/** A light door for worker threads that only dial: it loads neither stores nor an HTTP framework. */
export { createPinnedAgent, type PinnedAgent } from './pinned-agent.ts';
export { createSlabs, type Slabs } from './slab-socket.ts';
export type { Certificate } from '../identity/certificate.ts';
export type { Identity } from '../identity/identity.ts';
export { importDeviceKey } from '../identity/device-key.ts';
