/** The room of Metalink documents: in as downloads, out for files that are held. */
export { createLinks } from './links.ts';
export { parseMetalink, requireFit } from './parse-metalink.ts';
export { probeLength } from './probe-length.ts';
