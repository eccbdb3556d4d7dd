/** The room that serves content to other peers. */
export { createFetched, type Fetched } from './fetched.ts';
export { createOfferTeller, type OfferTeller } from './offer-teller.ts';
export { createUploadServer, type UploadServer } from './upload-server.ts';
