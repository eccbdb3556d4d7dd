/**
 * Plain HTTP(S) servers as sources (RFC 9110): nothing is sent to them but the range, and nothing of what they answer is
 * believed beyond its shape.
 */
import type { AnswerController, AnswerHandler } from '@banyan/kit/tls';
import type { Dispatcher } from 'undici';
import { BanyanError, displayText, isBanyanError, webUrlFault } from '@banyan/proto/base';
import { MAX_REDIRECTS } from './constants.ts';
import type { Dialog, Head } from './dialog.ts';
import type { MirrorNews, MirrorTarget } from './lane-messages.ts';
import { VERSION } from '@banyan/kit/version';
import { exchangeError, headerText, retryAfterMs, type Headers } from '@banyan/sdk/transfer';

const MAX_SAID_CHARS = 100;
/** Of a request that failed before there was a connection. */
const NOTHING_BEGUN: AnswerController = { pause() {}, resume() {}, abort() {} };

/** What a mirror's dialog needs beside its target. */
export interface MirrorDialogComponents {
  /** The connections to an origin. */
  readonly agent: (origin: string) => Promise<Dispatcher>;
}

/** Asks a mirror for bytes `start` to `end` (exclusive) of a file of `length` bytes. */
export function mirrorDialog(
  components: MirrorDialogComponents,
  target: MirrorTarget,
  length: number,
  start: number,
  end: number,
): Dialog {
  return new MirrorDialog(components, target, { length, start, end }, new URL(target.url), 0);
}

class MirrorDialog implements Dialog {
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly #components: MirrorDialogComponents;
  readonly #target: MirrorTarget;
  readonly #range: { readonly length: number; readonly start: number; readonly end: number };
  readonly #url: URL;
  readonly #redirects: number;
  #mirrorNews: MirrorNews = {};

  constructor(
    components: MirrorDialogComponents,
    target: MirrorTarget,
    range: { readonly length: number; readonly start: number; readonly end: number },
    url: URL,
    redirects: number,
  ) {
    this.#components = components;
    this.#target = target;
    this.#range = range;
    this.#url = url;
    this.#redirects = redirects;
    this.origin = url.origin;
    this.path = url.pathname + url.search;
    const { validator, isStrict, isSequential } = target;
    this.headers = {
      'user-agent': `banyan/${VERSION}`,
      accept: '*/*',
      'accept-encoding': 'identity',
      ...(isSequential ? {} : { range: `bytes=${range.start}-${range.end - 1}` }),
      // Only a strong ETag may stand here; a change is then answered with the whole new file.
      ...(isStrict && !isSequential && validator?.startsWith('"') === true ? { 'if-range': validator } : {}),
    };
  }

  ask(handler: AnswerHandler): void {
    const { origin, path, headers } = this;
    this.#components
      .agent(origin)
      .then((agent) => agent.dispatch({ origin, path, method: 'GET', headers }, handler))
      .catch((cause: unknown) => handler.onResponseError(NOTHING_BEGUN, cause as Error));
  }

  head(status: number, headers: Headers): Head {
    const encoding = headerText(headers, 'content-encoding');
    if (status === 206 || status === 200) {
      if (encoding !== undefined && encoding !== 'identity')
        return fault('wrong_range', `The server sent the file encoded (${said(encoding)}), not as it is.`);
      const validator = headerText(headers, 'etag') ?? headerText(headers, 'last-modified');
      if (validator !== undefined && validator.length <= MAX_VALIDATOR_CHARS)
        this.#mirrorNews = { ...this.#mirrorNews, validator };
      if (this.#redirects > 0) this.#mirrorNews = { ...this.#mirrorNews, finalUrl: this.#url.href };
      const known = this.#target.validator;
      if (this.#target.isStrict && known !== undefined && validator !== undefined && validator !== known)
        return fault('file_changed', CHANGED);
      return status === 206 ? this.#part(headers) : this.#whole(headers);
    }
    if (status >= 300 && status < 400) return this.#redirect(status, headers);
    return { kind: 'fault', error: this.#refusal(status, headers) };
  }

  #part(headers: Headers): Head {
    const { start, end, length } = this.#range;
    const text = headerText(headers, 'content-range') ?? '';
    const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(text.trim());
    if (range !== null && Number(range[3]) !== length) return this.#otherLength(Number(range[3]));
    const size = headerText(headers, 'content-length');
    if (range === null || Number(range[1]) !== start || Number(range[2]) !== end - 1)
      return fault(
        'wrong_range',
        `The server answered with another range: asked was bytes ${start}-${end - 1}/${length}, it sent "${said(text)}".`,
      );
    if (size !== undefined && Number(size) !== end - start)
      return fault('wrong_range', 'The length of its answer is another than that of the range.');
    return { kind: 'content', skip: 0, isLonger: false };
  }

  /** The whole file where a part was asked for: of use from its beginning alone. */
  #whole(headers: Headers): Head {
    const { start, end, length } = this.#range;
    const { validator, isStrict, isSequential } = this.#target;
    const size = headerText(headers, 'content-length');
    const type = headerText(headers, 'content-type') ?? '';
    const isPage = /^text\/html/i.test(type);
    if (size === undefined ? isPage : Number(size) !== length) {
      if (isPage)
        return fault(
          'unknown_content',
          'The server sent a web page instead of the file. The link may be old.',
        );
      return this.#otherLength(Number(size));
    }
    if (this.headers['if-range'] !== undefined && this.#mirrorNews.validator !== validator && isStrict)
      return fault('file_changed', CHANGED);
    if (start === 0 && end === length) return { kind: 'content', skip: 0, isLonger: false };
    this.#mirrorNews = { ...this.#mirrorNews, isSequential: true };
    if (isSequential || start === 0) return { kind: 'content', skip: start, isLonger: true };
    return fault(
      'no_ranges',
      'The server sends the file only as a whole; it is asked for it from its beginning.',
    );
  }

  #otherLength(other: number): Head {
    const { length } = this.#range;
    return this.#target.validator === undefined
      ? fault(
          'unknown_content',
          `The server has another file under this address: it is ${Number.isFinite(other) ? other : 'an unknown number of'} bytes long, not ${length}.`,
        )
      : fault('file_changed', CHANGED);
  }

  #redirect(status: number, headers: Headers): Head {
    const location = headerText(headers, 'location');
    if (location === undefined || ![301, 302, 303, 307, 308].includes(status))
      return fault(
        'invalid_request',
        `The server answered with ${status} and said nothing that can be followed.`,
      );
    if (this.#redirects >= MAX_REDIRECTS)
      return fault('invalid_request', `The server redirects more than ${MAX_REDIRECTS} times.`);
    let to: URL;
    try {
      to = new URL(location, this.#url);
      to.hash = '';
    } catch {
      return fault('invalid_request', 'The server redirects to something that is no address.');
    }
    if (webUrlFault(to.href) !== undefined)
      return fault('invalid_request', `The server redirects to an address that ${webUrlFault(to.href)!}.`);
    if (this.#url.protocol === 'https:' && to.protocol !== 'https:')
      return fault('invalid_request', 'The server redirects from https to http, which is not followed.');
    const next = new MirrorDialog(this.#components, this.#target, this.#range, to, this.#redirects + 1);
    return { kind: 'redirect', to: next };
  }

  #refusal(status: number, headers: Headers): BanyanError {
    const wait = retryAfterMs(headers);
    const after = wait === undefined ? {} : { retryAfterMs: wait };
    switch (status) {
      case 401:
      case 407:
        return new BanyanError('forbidden', `The server asks for a password (${status}).`);
      case 403:
      case 451:
        return new BanyanError('forbidden', `The server does not give the file to us (${status}).`);
      case 404:
      case 410:
        return new BanyanError('unknown_content', `The server does not have the file (${status}).`);
      case 416: {
        const total = /^bytes \*\/(\d+)$/.exec((headerText(headers, 'content-range') ?? '').trim())?.[1];
        const other = total === undefined ? undefined : this.#otherLength(Number(total));
        if (other?.kind === 'fault' && Number(total) !== this.#range.length) return other.error;
        return new BanyanError(
          'unknown_content',
          'The server says that the file ends before this range (416).',
        );
      }
      case 429:
        return new BanyanError('rate_limited', 'The server is asked too often (429).', after);
      case 503:
        if (wait !== undefined) return new BanyanError('rate_limited', 'The server is busy (503).', after);
    }
    return status >= 500
      ? new BanyanError('unavailable', `The server has a fault of its own (${status}).`, after)
      : new BanyanError('invalid_request', `The server refused the request (${status}).`);
  }

  refusal(status: number, headers: Headers): BanyanError {
    return this.#refusal(status, headers);
  }

  failure(cause: unknown, isAnswered: boolean): { readonly error: BanyanError; readonly atDial: boolean } {
    return {
      error: isAnswered || isBanyanError(cause) ? exchangeError(cause) : dialError(cause),
      atDial: false,
    };
  }

  news(): { readonly mirror?: MirrorNews } {
    return Object.keys(this.#mirrorNews).length === 0 ? {} : { mirror: this.#mirrorNews };
  }
}

const CHANGED = 'The file on this server changed while it was fetched.';
/** Longer ones are not remembered. */
const MAX_VALIDATOR_CHARS = 512;

function fault(code: BanyanError['code'], message: string): Head {
  return { kind: 'fault', error: new BanyanError(code, message) };
}

function said(text: string): string {
  return displayText(text, MAX_SAID_CHARS);
}

/** Why no answer came from a server. */
function dialError(cause: unknown): BanyanError {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new BanyanError('unreachable', 'There is no server of that name, or the network is away.', {
        cause,
      });
    case 'ECONNREFUSED':
      return new BanyanError('unreachable', 'Nothing answers at that address.', { cause });
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return new BanyanError('unreachable', 'The server cannot be reached.', { cause });
  }
  if (CERTIFICATE_FAULT.test(code))
    return new BanyanError(
      'key_mismatch',
      `The server's certificate is not valid (${code.toLowerCase().replace(/_/g, ' ')}), so nothing was asked of it.`,
      { cause },
    );
  return exchangeError(cause);
}

/** OpenSSL's and Node's names for certificates that do not hold. */
const CERTIFICATE_FAULT = /CERT|SELF_SIGNED|UNABLE_TO_|_SIGNATURE|HOSTNAME_MISMATCH|INVALID_CA|CRL/;
