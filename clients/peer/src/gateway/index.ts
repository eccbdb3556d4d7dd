/** The room that lets players and programs of this machine read files, also while they arrive. */
export { createGateway, type Gateway } from './gateway.ts';
export { createStreams, type NewStream } from './streams.ts';
