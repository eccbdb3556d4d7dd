/** What is kept of a download as a whole. */
import { parseContentId, type DownloadPriority, type DownloadSourceView, type Problem } from '@banyan/proto';
import type { KeptMirror } from './engine-types.ts';
import type { WantedContent } from './types.ts';

/** The header as it lies on the disk. */
export interface DownloadHeader {
  readonly version: 1;
  readonly id: string;
  /** Content id; empty while only the file's length and other hashes are known. */
  content: string;
  /** Of a download without content id at first: bytes of the file. */
  readonly length?: number;
  /** What is known of it then; the hashes of pieces are in a file of their own. */
  readonly proof?: KeptProof;
  /** Plain HTTP(S) servers that have it. */
  mirrors?: readonly KeptMirror[];
  readonly name: string;
  readonly folder: string;
  /** The folder is the download folder, which is made when it is missing. */
  readonly ownFolder: boolean;
  readonly addedAt: number;
  state: 'active' | 'paused' | 'done' | 'failed';
  /** Default: normal. */
  priority?: DownloadPriority;
  /** In the line of those of its priority, smaller first; default: when it was added. */
  order?: number;
  /** The path that the file was about to get; it may have it. */
  placing?: string;
  path?: string;
  finishedAt?: number;
  fetchedBytes?: number;
  /** Proved bytes, for display until the journal has been read. */
  bytes?: number;
  problem?: Problem;
  /** Since when it waits for sources, over restarts. */
  waitingSince?: number;
  /** Who gave what, as it was at the end. */
  sources?: DownloadSourceView[];
}

/** A proof as a header has it: hashes in hexadecimal digits. */
export type KeptProof =
  /** `digest`: SHA-256 of the file of the piece hashes. */
  | { readonly kind: 'pieces'; readonly pieceLength: number; readonly digest: string }
  | { readonly kind: 'whole'; readonly hash: string }
  | { readonly kind: 'size' };

/** A header that was read, with what it is about. */
export interface KeptDownload {
  readonly header: DownloadHeader;
  readonly content: WantedContent;
}

const ID = /^[a-z0-9]{8,32}$/;

/** What a header is about. */
export function wantedOf({ content, length }: DownloadHeader): WantedContent {
  return content === '' ? { root: undefined, length: length! } : parseContentId(content);
}

/** Takes what was read for a header. Throws an Error when it is none of this version. */
export function checkHeader(value: unknown, id: string): DownloadHeader {
  const header = value as DownloadHeader;
  const isGood =
    typeof value === 'object' &&
    value !== null &&
    header.version === 1 &&
    header.id === id &&
    ID.test(id) &&
    [header.content, header.name, header.folder].every((text) => typeof text === 'string') &&
    (header.content !== '' || (Number.isSafeInteger(header.length) && typeof header.proof === 'object')) &&
    typeof header.addedAt === 'number' &&
    ['active', 'paused', 'done', 'failed'].includes(header.state) &&
    [undefined, 'high', 'normal', 'low'].includes(header.priority) &&
    ['undefined', 'number'].includes(typeof header.order);
  if (!isGood) throw new Error('this is no download of this version');
  return header;
}
