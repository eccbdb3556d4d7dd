/**
 * What of a browser the client uses, as small as it is used, so that tests can pass their own and the sdk
 * needs no DOM typings.
 */

/** An answer of `fetch`. */
export interface ResponseLike {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  json(): Promise<unknown>;
}

export interface RequestLike {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly credentials: 'same-origin';
  readonly cache: 'no-store';
  readonly signal?: AbortSignal;
}

export type FetchLike = (url: string, init: RequestLike) => Promise<ResponseLike>;

/** A browser's WebSocket. */
export interface SocketLike {
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number }) => void) | null;
  onerror: (() => void) | null;
  send(data: string): void;
  close(code?: number): void;
}

export type SocketConstructor = new (url: string, protocol: string) => SocketLike;

/** Timers, so that tests need not wait. */
export interface Timers {
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

interface BrowserGlobals {
  readonly location?: { readonly origin: string };
  readonly fetch?: FetchLike;
  readonly WebSocket?: SocketConstructor;
}

const globals = globalThis as unknown as BrowserGlobals;

export const pageOrigin = (): string | undefined => globals.location?.origin;

export const browserFetch: FetchLike = (url, init) => {
  if (globals.fetch === undefined) throw new TypeError('fetch is missing here: pass one in');
  return globals.fetch(url, init);
};

export function browserSocket(): SocketConstructor {
  if (globals.WebSocket === undefined) throw new TypeError('WebSocket is missing here: pass one in');
  return globals.WebSocket;
}

export const browserTimers: Timers = {
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (timer) => {
    clearTimeout(timer as ReturnType<typeof setTimeout>);
  },
};
