import { errorFromBody, type BanyanError } from '@banyan/proto';
import type { PinnedAnswer } from '@banyan/kit';

/** The error that an answer without content stands for. */
export function refusalOf({ status, body }: Pick<PinnedAnswer, 'status' | 'body'>): BanyanError {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    // Whatever it is, it is no refusal of ours: the status alone counts.
  }
  return errorFromBody(parsed, status === 404 ? 'unknown_content' : 'unavailable');
}
