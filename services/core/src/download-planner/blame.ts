import { ERROR_TABLE, isLie, type ErrorCode } from '@banyan/proto';

/** What a failed request means for its source. */
export type Verdict =
  /** It is dropped for good and reported. */
  | 'lied'
  /** It cannot serve this content; dropped. */
  | 'useless'
  /** It is busy; come back as told, no failure. */
  | 'wait'
  /** It lacks the chunk; its map is corrected. */
  | 'lacks'
  /** It sends from the beginning alone: asked for that, it is of use. */
  | 'sequential'
  /** Our own fault (disk, cancelled): try again shortly, no failure. */
  | 'ours'
  /** It failed and may do better: back off, count. */
  | 'failed';

const WAITS: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['no_slot', 'full', 'rate_limited']);
const OURS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'aborted',
  'disk_full',
  'disk_failed',
  'store_unavailable',
  'token_expired',
]);

/** Judges a code of the error table; what the table calls retryable is a failure that may pass. */
export function judge(code: ErrorCode): Verdict {
  if (isLie(code)) return 'lied';
  if (WAITS.has(code)) return 'wait';
  if (OURS.has(code)) return 'ours';
  if (code === 'chunk_missing') return 'lacks';
  if (code === 'no_ranges') return 'sequential';
  return ERROR_TABLE[code].retryable ? 'failed' : 'useless';
}
