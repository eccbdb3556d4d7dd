/** SHA-256 for the tree functions of `@banyan/proto`. */
import { hash } from 'node:crypto';

export const sha256 = (data: Uint8Array): Uint8Array => hash('sha256', data, 'buffer');
