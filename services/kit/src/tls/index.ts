/** A light door for worker threads that only dial: it loads neither stores nor an HTTP framework. */
export { createPinnedClient, type PinnedAnswer, type PinnedClient } from './pinned-client.ts';
export type { AnswerController, AnswerHandler } from './pinned-connection.ts';
export type { Certificate } from '../identity/certificate.ts';
export type { Identity } from '../identity/identity.ts';
export { importDeviceKey } from '../identity/device-key.ts';
