/** One page's WebSocket: its views, what was sent of them, and when they may be sent again. */
import {
  BanyanError,
  MAX_VIEWS,
  toBanyanError,
  ViewCommand,
  type LiveMessage,
  type ViewTopic,
} from '@banyan/proto';
import type { Clock, Log, Timer } from '@banyan/kit';
import Value from 'typebox/value';
import type { WebSocket } from 'ws';
import { createChunkFrames, type ChunkFrames } from './chunk-frames.ts';
import { createFramePace, FRAME_GAP_MS, type FramePace } from './frame-pace.ts';
import type { Found, Rooms } from './rooms.ts';
import { findRows, rowsOf, type Rows } from './view-rows.ts';

/** Unsent bytes from which on frames are skipped: one window of 200 full rows fits several times. */
const MAX_UNSENT_BYTES = 1024 * 1024;
/** A page that reads slowly is looked at again so often. */
const SLOW_RETRY_MS = 250;
/** A moved window is answered at once, unless the user scrolls: then so often. */
const RANGE_GAP_MS = 50;
/** Commands of a page in a second; scrolling sends sixty. */
const MAX_COMMANDS_PER_SECOND = 500;
/**
 * Bytes, rates, times and round trips change all the time. Views that show them have new figures once a second, all at the
 * same moment, so that a page draws once for all of them: drawing is what an open page takes from downloads. What changes in
 * words, such as the state of a download, goes as soon as the pace of frames allows.
 */
const FIGURES_MS = 1_000;
const FIGURES: ReadonlySet<ViewTopic> = new Set(['status', 'supernodes', 'downloads', 'chunks', 'uploads']);
/** Topics that are about one thing, which `params.id` names. */
const ABOUT: Partial<Record<ViewTopic, string>> = { search: 'search', chunks: 'download' };

interface View {
  readonly number: number;
  readonly topic: ViewTopic;
  readonly id: string | undefined;
  readonly notMine: boolean;
  /** Topic `chunks`: what of the map was sent. */
  readonly map: ChunkFrames;
  readonly pace: FramePace;
  /** Of a view with a filter: what it leaves. */
  found: Found<Rows['rows'][number]> | undefined;
  first: number;
  count: number;
  paused: boolean;
  seq: number;
  last: string;
  /** The next frame goes also when nothing but figures changed. */
  withFigures: boolean;
  /** Nothing but figures had changed: until then, a frame's gap later, it is not looked at for words alone. */
  restsUntil: number;
  sentAt: number;
  timer: Timer | undefined;
}

export interface LiveSocket {
  /** Rows of a topic changed. */
  changed(topic: ViewTopic, id: string | undefined): void;
  /** Ends the socket with the code's close code. */
  close(error: BanyanError): void;
}

export interface LiveSocketComponents {
  readonly socket: WebSocket;
  readonly rooms: Rooms;
  readonly clock: Clock;
  readonly log: Log;
  /** Counts what was sent. */
  readonly onFrame?: (bytes: number) => void;
}

export function createLiveSocket(components: LiveSocketComponents): LiveSocket {
  return new PageSocket(components);
}

class PageSocket implements LiveSocket {
  readonly #c: LiveSocketComponents;
  readonly #views = new Map<number, View>();
  #figures: Timer;
  #secondFrom = 0;
  #commands = 0;

  constructor(components: LiveSocketComponents) {
    this.#c = components;
    const { socket, log } = components;
    this.#figures = this.#awaitFigures();
    socket.on('message', (data, isBinary) => {
      try {
        this.#receive(isBinary ? undefined : (data as Buffer).toString());
      } catch (error) {
        log.debug({ err: error }, 'a live command failed');
        this.close(toBanyanError(error));
      }
    });
    socket.on('error', (error) => log.debug({ err: error }, 'a live socket failed'));
    socket.on('close', () => this.#end());
  }

  changed(topic: ViewTopic, id: string | undefined): void {
    for (const view of this.#views.values()) {
      if (view.topic === topic && (id === undefined || view.id === undefined || view.id === id))
        this.#due(view);
    }
  }

  close(error: BanyanError): void {
    this.#end();
    this.#c.socket.close(error.wsClose, error.code);
  }

  #end(): void {
    this.#figures.cancel();
    for (const view of this.#views.values()) this.#drop(view);
  }

  #receive(text: string | undefined): void {
    const now = this.#c.clock.monotonic();
    if (now - this.#secondFrom >= 1_000) {
      this.#secondFrom = now;
      this.#commands = 0;
    }
    this.#commands += 1;
    if (this.#commands > MAX_COMMANDS_PER_SECOND) throw new BanyanError('rate_limited');
    const command = parse(text);
    if (!Value.Check(ViewCommand, command)) {
      const number = (command as { view?: unknown } | null)?.view;
      const refusal = new BanyanError(
        'invalid_request',
        'The command is not one of view.open, view.range, view.pause, view.close as described in the API.',
      );
      if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw refusal;
      this.#refuse(number, refusal);
      return;
    }
    const view = this.#views.get(command.view);
    switch (command.type) {
      case 'view.open':
        this.#open(command);
        return;
      case 'view.close':
        if (view !== undefined) this.#drop(view);
        return;
      case 'view.pause':
        if (view === undefined) return;
        view.paused = command.paused;
        if (!view.paused) this.#due(view, true);
        return;
      case 'view.range':
        if (view === undefined) return;
        view.first = command.first;
        view.count = command.count;
        view.withFigures = true;
        view.timer?.cancel();
        view.timer = undefined;
        this.#at(view, Math.max(now, view.sentAt + RANGE_GAP_MS));
    }
  }

  #open(command: Extract<ViewCommand, { type: 'view.open' }>): void {
    const before = this.#views.get(command.view);
    if (before !== undefined) this.#drop(before);
    if (this.#views.size >= MAX_VIEWS) {
      this.#refuse(
        command.view,
        new BanyanError('limit_exceeded', `A page may have ${MAX_VIEWS} views open. Close one first.`),
      );
      return;
    }
    const id = command.params?.id;
    const about = ABOUT[command.topic];
    if (about !== undefined && id === undefined) {
      this.#refuse(command.view, new BanyanError('invalid_request', `Say in params.id which ${about}.`));
      return;
    }
    const { filter } = command.params ?? {};
    const view: View = {
      number: command.view,
      topic: command.topic,
      id,
      notMine: command.params?.notMine === true,
      map: createChunkFrames(),
      pace: createFramePace(),
      found: undefined,
      first: command.first,
      count: command.count,
      paused: false,
      seq: 0,
      last: '',
      withFigures: true,
      restsUntil: -Infinity,
      sentAt: -Infinity,
      timer: undefined,
    };
    this.#views.set(command.view, view);
    if (filter !== undefined) {
      try {
        view.found = findRows(this.#c.rooms, view.topic, filter, () => this.#due(view));
      } catch (error) {
        this.#drop(view);
        this.#refuse(view.number, toBanyanError(error));
        return;
      }
    }
    this.#send(view);
  }

  #drop(view: View): void {
    view.timer?.cancel();
    view.found?.close();
    this.#views.delete(view.number);
  }

  #refuse(view: number, error: BanyanError): void {
    this.#say({ type: 'view.error', view, code: error.code, message: error.message });
  }

  /**
   * Waits for the next moment: those of the clock, so that they are the same for all sockets and views. A timer that fires a
   * little early is no reason for two.
   */
  #awaitFigures(): Timer {
    const { clock } = this.#c;
    const now = clock.monotonic();
    return clock.setTimeout(
      () => {
        this.#figures = this.#awaitFigures();
        for (const view of this.#views.values()) if (FIGURES.has(view.topic)) this.#due(view, true);
      },
      (Math.round(now / FIGURES_MS) + 1) * FIGURES_MS - now,
      { keepAlive: false },
    );
  }

  /** Sends the view as soon as its pace allows; further changes until then go with it. */
  #due(view: View, withFigures = false): void {
    if (view.paused) return;
    const soonest = view.pace.next(this.#c.clock.monotonic());
    if (withFigures) {
      // It is sent anyway, perhaps sooner: the page moved its window.
      if (view.timer !== undefined && view.withFigures) return;
      view.withFigures = true;
      // With the others, not when it is looked at for words.
      view.timer?.cancel();
      this.#at(view, soonest);
      return;
    }
    // What of a map was sent is known by what was made of it: it is made when it is sent.
    if (view.timer === undefined && view.topic !== 'chunks')
      this.#at(view, Math.max(soonest, view.restsUntil));
  }

  #at(view: View, time: number): void {
    if (view.paused) return;
    const { clock } = this.#c;
    // Also at once means after this turn: a burst of changes is one frame.
    view.timer = clock.setTimeout(
      () => {
        view.timer = undefined;
        this.#send(view);
      },
      Math.max(0, time - clock.monotonic()),
      { keepAlive: false },
    );
  }

  #send(view: View): void {
    const { socket, clock, log } = this.#c;
    if (view.paused || socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > MAX_UNSENT_BYTES) {
      // Skipped, not queued: when the page has read, it gets the state as it is then.
      this.#at(view, clock.monotonic() + SLOW_RETRY_MS);
      return;
    }
    const { withFigures } = view;
    view.withFigures = false;
    let body: string;
    try {
      const window = this.#rowsOf(view);
      if (window === undefined) return;
      const { total, rows, search } = window;
      body = JSON.stringify({ total, first: view.first, rows, ...(search === undefined ? {} : { search }) });
    } catch (error) {
      const e = toBanyanError(error);
      if (e.code === 'internal') log.error({ err: error, topic: view.topic }, 'a view could not be made');
      this.#drop(view);
      this.#refuse(view.number, e);
      return;
    }
    if (body === view.last) return;
    if (FIGURES.has(view.topic) && !withFigures && wordsOf(body) === wordsOf(view.last)) {
      view.restsUntil = clock.monotonic() + FRAME_GAP_MS;
      return;
    }
    view.last = body;
    const now = clock.monotonic();
    view.sentAt = now;
    view.pace.sent(now);
    const head = JSON.stringify({ type: 'view.rows', view: view.number, topic: view.topic, seq: view.seq });
    view.seq += 1;
    const text = `${head.slice(0, -1)},${body.slice(1)}`;
    this.#c.onFrame?.(text.length);
    socket.send(text);
  }

  /** The rows of a view as they are now; undefined: nothing is to be said. @throws BanyanError `not_found` */
  #rowsOf(view: View): Rows | undefined {
    const { topic, found, first, count } = view;
    if (found !== undefined) return found.window(first, count);
    return topic === 'chunks' ? this.#mapOf(view) : rowsOf(this.#c.rooms, { ...view, topic });
  }

  /** What changed of a map since the last frame; undefined: nothing did. @throws BanyanError `not_found` */
  #mapOf(view: View): Rows | undefined {
    const map = view.map.next(this.#c.rooms.downloads.chunkMap(view.id ?? ''), view.seq);
    return map === undefined ? undefined : { total: 1, rows: [map] };
  }

  #say(message: LiveMessage): void {
    const { socket } = this.#c;
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > MAX_UNSENT_BYTES) throw new BanyanError('slow_reader');
    socket.send(JSON.stringify(message));
  }
}

/** The body of a frame without its numbers, and without what only separates them: lists of ranges grow and shrink. */
const wordsOf = (body: string): string => body.replace(/[[\],]|(?<=[:,[])-?\d[\d.eE+-]*/g, '');

function parse(text: string | undefined): unknown {
  if (text === undefined)
    throw new BanyanError('malformed_frame', 'A binary frame came where only JSON is spoken.');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BanyanError('malformed_frame', 'A live command is not JSON.', { cause });
  }
}
