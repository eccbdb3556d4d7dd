/** How bytes are asked of the two kinds of source, and what the heads of their answers mean. */
import type { AnswerHandler, PinnedClient } from '@banyan/kit/tls';
import { BanyanError, contentIdText, type ContentId } from '@banyan/proto/base';
import { headerText, rangeFault, refusalOf, type Headers } from '@banyan/sdk/transfer';
import type { MirrorNews } from './lane-messages.ts';

/** What an answer's head announces. */
export type Head =
  /** Content; the first `skip` bytes of it come before what was asked for, and others may come behind it. */
  | { readonly kind: 'content'; readonly skip: number; readonly isLonger: boolean }
  /** A refusal whose body says more; see {@link Dialog.refusal}. */
  | { readonly kind: 'refusal' }
  | { readonly kind: 'fault'; readonly error: BanyanError }
  /** The same is to be asked elsewhere. */
  | { readonly kind: 'redirect'; readonly to: Dialog };

/** One request for bytes `start` to `end` (exclusive), as it is put to one source. */
export interface Dialog {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sends it; what comes back goes to `handler`. */
  ask(handler: AnswerHandler): void;
  head(status: number, headers: Headers): Head;
  refusal(status: number, headers: Headers, body: Buffer): BanyanError;
  /** What to say when nothing came of it. */
  failure(error: unknown, isAnswered: boolean): { readonly error: BanyanError; readonly atDial: boolean };
  /** Of a partial source, its chunk map; of a mirror, what is worth knowing. */
  news(headers: Headers): { readonly chunks?: string; readonly mirror?: MirrorNews };
}

/** Says at which port we serve what we have, so that a source can name us to others. */
export function portHeader(servesAt: number | undefined): Readonly<Record<string, string>> {
  return servesAt === undefined ? {} : { 'banyan-port': String(servesAt) };
}

/** Names the trace that a request belongs to; mirrors are not told. */
export function traceHeader(traceparent: string | undefined): Readonly<Record<string, string>> {
  return traceparent === undefined ? {} : { traceparent };
}

/**
 * Asks a peer, by its transfer protocol.
 *
 * @param more - headers beside token and range
 */
export function peerDialog(
  client: PinnedClient,
  content: ContentId,
  token: string,
  start: number,
  end: number,
  failure: Dialog['failure'],
  more: Readonly<Record<string, string>> = {},
): Dialog {
  const path = `/v1/content/${contentIdText(content)}`;
  const headers = {
    authorization: `Bearer ${token}`,
    range: `bytes=${start}-${end - 1}`,
    ...more,
  };
  return {
    path,
    headers,
    ask: (handler) => client.dispatch({ method: 'GET', path, headers }, handler),
    head(status, headers) {
      if (status !== 200 && status !== 206) return { kind: 'refusal' };
      const fault = rangeFault(status, headers, start, end, content.length);
      if (fault === undefined) return { kind: 'content', skip: 0, isLonger: false };
      const message = `The source answered with another range: ${fault}.`;
      return { kind: 'fault', error: new BanyanError('wrong_range', message) };
    },
    refusal: refusalOf,
    failure,
    news(headers) {
      const chunks = headerText(headers, 'banyan-chunks');
      return chunks === undefined ? {} : { chunks };
    },
  };
}
