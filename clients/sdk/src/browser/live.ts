/**
 * The one WebSocket of a page: row windows over it, opened again by themselves when the daemon comes back.
 *
 * ```
 *  idle ── start ──▶ connecting ──▶ open ──▶ lost ── back-off ──▶ connecting
 *                        └── the session is refused, or dropped ──▶ signed-out ── start ──▶ connecting
 * ```
 *
 * A browser does not tell why an upgrade failed. So the session is asked for over REST first: that tells
 * "signed out" from "not running".
 */

import type { ViewError, ViewFrame, ViewTopic } from '@banyan/proto';
import type { SocketConstructor, SocketLike, Timers } from './environment.ts';

/** Most rows of one window; the same as the protocol's `MAX_VIEW_ROWS` (a test keeps them equal). */
export const VIEW_WINDOW_ROWS = 200;

const SUBPROTOCOL = 'banyan-live.v1';
const RETRY_MIN_MS = 400;
const RETRY_MAX_MS = 8_000;
/** Loopback answers an upgrade at once; a daemon that is being stopped in a debugger does not. */
const CONNECT_TIMEOUT_MS = 10_000;

/** How the page's line to its daemon is. */
export type LinkState = 'idle' | 'connecting' | 'open' | 'lost' | 'signed-out';

/** Why a view has no rows (any more): the daemon's words. */
export interface ViewFailure {
  readonly code: string;
  readonly message: string;
}

export interface ViewListener<Frame> {
  /** The window as it is now; replaces the one before. */
  onFrame(frame: Frame): void;
  /** The view was refused or its subject is gone. The view stays asked for: it is opened again on reconnect. */
  onError?(failure: ViewFailure): void;
}

/** What a view of a peer is about, beside its topic. */
export interface ViewParams {
  readonly id?: string;
  /** Topic `search`: only what is not here already. */
  readonly notMine?: boolean;
  /** Topics `files` and `downloads`: only names that have every word of it, at most `MAX_VIEW_FILTER_CHARS`. */
  readonly filter?: string;
}

export interface ViewInit<Params = ViewParams> {
  readonly params?: Params;
  readonly first: number;
  /** At most {@link VIEW_WINDOW_ROWS}; more is cut. */
  readonly count: number;
  /** Goes on while the page is hidden: for what notifies. Default false. */
  readonly isAlways?: boolean;
}

/** A window on rows of the service. */
export interface View {
  /** Moves the window; the service answers with a frame. */
  range(first: number, count: number): void;
  /** Stops and continues frames of this view. */
  pause(paused: boolean): void;
  close(): void;
}

/** The frames of a peer by topic. */
export type PeerFrames = { readonly [T in ViewTopic]: ViewFrame<T> };

/** The line to a service whose topics have these frames, and whose views may be told these params. */
export interface Live<Frames extends object, Params extends object> {
  readonly state: LinkState;
  onState(listener: () => void): () => void;
  /** Connects, or connects now instead of at the end of a back-off. */
  start(): void;
  /** Leaves the line: the session that it stands on is over, or another's. `start` connects with the one that is there then. */
  drop(): void;
  openView<T extends keyof Frames & string>(
    topic: T,
    init: ViewInit<Params>,
    listener: ViewListener<Frames[T]>,
  ): View;
  /** Pauses every view but those that go on always (the page is hidden), or lets them go on. */
  pauseAll(paused: boolean): void;
  close(): void;
}

export interface LiveComponents {
  readonly url: string;
  /** Resolves when there is a session; throws with code `login_required` when there is none. */
  readonly checkSession: () => Promise<unknown>;
  readonly WebSocket: () => SocketConstructor;
  readonly timers: Timers;
  /** 0 ≤ x < 1; spreads the retries of many tabs. */
  readonly random: () => number;
}

interface ViewRecord {
  readonly id: number;
  readonly topic: string;
  readonly params: object | undefined;
  readonly listener: ViewListener<unknown>;
  readonly isAlways: boolean;
  first: number;
  count: number;
  paused: boolean;
  lastSeq: number;
}

/** What every service understands, whatever its topics. */
type LiveCommand =
  | (Pick<ViewRecord, 'topic' | 'first' | 'count'> & {
      readonly type: 'view.open';
      readonly view: number;
      readonly params?: object;
    })
  | (Pick<ViewRecord, 'first' | 'count'> & { readonly type: 'view.range'; readonly view: number })
  | { readonly type: 'view.pause'; readonly view: number; readonly paused: boolean }
  | { readonly type: 'view.close'; readonly view: number };

/** What every service says; the rows are its topic's. */
type LiveMessage = (Pick<ViewFrame, 'type' | 'view' | 'seq'> & { readonly topic: string }) | ViewError;

const SIGNED_OUT_CODES: ReadonlySet<unknown> = new Set(['login_required', 'unauthenticated']);

const clampCount = (count: number) => Math.max(0, Math.min(VIEW_WINDOW_ROWS, Math.ceil(count)));
const clampFirst = (first: number) => Math.max(0, Math.floor(first));

export function createLive<Frames extends object, Params extends object>(
  components: LiveComponents,
): Live<Frames, Params> {
  const { timers } = components;
  const views = new Map<number, ViewRecord>();
  const listeners = new Set<() => void>();
  let state: LinkState = 'idle';
  let socket: SocketLike | undefined;
  let retryTimer: unknown;
  let connectTimer: unknown;
  let failures = 0;
  let nextView = 1;
  let allPaused = false;
  let closed = false;
  /** Grows with each attempt, so that what an abandoned one still reports is not heard. */
  let attempt = 0;

  const setState = (next: LinkState) => {
    if (next === state) return;
    state = next;
    for (const listener of [...listeners]) listener();
  };

  const send = (command: LiveCommand) => {
    if (state === 'open') socket?.send(JSON.stringify(command));
  };

  const openOnSocket = (view: ViewRecord) => {
    view.lastSeq = -1;
    send({
      type: 'view.open',
      view: view.id,
      topic: view.topic,
      ...(view.params === undefined ? {} : { params: view.params }),
      first: view.first,
      count: view.count,
    });
    if (view.paused || (allPaused && !view.isAlways))
      send({ type: 'view.pause', view: view.id, paused: true });
  };

  const abandon = () => {
    attempt++;
    timers.clearTimeout(retryTimer);
    timers.clearTimeout(connectTimer);
    retryTimer = undefined;
    const old = socket;
    socket = undefined;
    if (old !== undefined) {
      old.onopen = old.onmessage = old.onclose = old.onerror = null;
      try {
        old.close();
      } catch {
        // It was closed already.
      }
    }
  };

  const lose = () => {
    abandon();
    setState('lost');
    const ceiling = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** Math.min(failures++, 10));
    retryTimer = timers.setTimeout(() => void connect(), ceiling * (0.5 + components.random() / 2));
  };

  const receive = (data: unknown) => {
    let message: LiveMessage;
    try {
      message = JSON.parse(String(data)) as LiveMessage;
    } catch {
      return; // A newer daemon may speak more than we know.
    }
    const view = views.get(message.view);
    if (view === undefined) return; // Closed here while the frame was on its way.
    if (message.type === 'view.rows') {
      // Frames are whole windows: a gap loses nothing, an old one must not overwrite a newer one.
      if (message.topic !== view.topic || message.seq <= view.lastSeq) return;
      view.lastSeq = message.seq;
      view.listener.onFrame(message);
    } else if (message.type === 'view.error') {
      view.listener.onError?.({ code: message.code, message: message.message });
    }
  };

  const connect = async () => {
    abandon();
    const mine = attempt;
    if (state !== 'lost') setState('connecting');
    try {
      await components.checkSession();
    } catch (error) {
      if (mine !== attempt || closed) return;
      if (SIGNED_OUT_CODES.has((error as { code?: unknown } | undefined)?.code)) setState('signed-out');
      else lose();
      return;
    }
    if (mine !== attempt || closed) return;
    let fresh: SocketLike;
    try {
      fresh = new (components.WebSocket())(components.url, SUBPROTOCOL);
    } catch {
      lose();
      return;
    }
    socket = fresh;
    connectTimer = timers.setTimeout(lose, CONNECT_TIMEOUT_MS);
    fresh.onopen = () => {
      timers.clearTimeout(connectTimer);
      failures = 0;
      setState('open');
      for (const view of views.values()) openOnSocket(view);
    };
    fresh.onmessage = (event) => {
      receive(event.data);
    };
    fresh.onclose = lose;
    fresh.onerror = null; // A close follows each error.
  };

  return {
    get state() {
      return state;
    },
    onState(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start() {
      if (closed || state === 'open' || state === 'connecting') return;
      failures = 0;
      void connect();
    },
    drop() {
      if (closed) return;
      abandon();
      setState('signed-out');
    },
    openView(topic, init, listener) {
      const view: ViewRecord = {
        id: nextView++,
        topic,
        params: init.params,
        isAlways: init.isAlways === true,
        listener,
        first: clampFirst(init.first),
        count: clampCount(init.count),
        paused: false,
        lastSeq: -1,
      };
      views.set(view.id, view);
      if (state === 'open') openOnSocket(view);
      return {
        range(first, count) {
          const next = { first: clampFirst(first), count: clampCount(count) };
          if (next.first === view.first && next.count === view.count) return;
          Object.assign(view, next);
          if (views.has(view.id)) send({ type: 'view.range', view: view.id, ...next });
        },
        pause(paused) {
          if (paused === view.paused) return;
          view.paused = paused;
          if (views.has(view.id) && (!allPaused || view.isAlways))
            send({ type: 'view.pause', view: view.id, paused });
        },
        close() {
          if (views.delete(view.id)) send({ type: 'view.close', view: view.id });
        },
      };
    },
    pauseAll(paused) {
      if (paused === allPaused) return;
      allPaused = paused;
      for (const view of views.values()) {
        if (!view.paused && !view.isAlways) send({ type: 'view.pause', view: view.id, paused });
      }
    },
    close() {
      closed = true;
      views.clear();
      abandon();
      setState('idle');
      listeners.clear();
    },
  };
}
