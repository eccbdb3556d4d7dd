/**
 * The WebSocket `/v1/console/live`: one a page, with windows on rows, looked at once a second while somebody looks. Hidden pages pause
 * their views, and then nobody asks the list.
 */
import type { IncomingHttpHeaders, Server } from 'node:http';
import { BanyanError, ConsoleCommand, MAX_CONSOLE_VIEWS, toBanyanError } from '@banyan/proto';
import {
  createLiveDoor,
  type Clock,
  type LiveSpeaker,
  type Log,
  type Startable,
  type Timer,
} from '@banyan/kit';
import Value from 'typebox/value';
import type { WebSocket } from 'ws';
import type { Reports } from '../reports.ts';
import type { Admission, ConsoleCaller } from './admission.ts';
import type { AccountBook } from './account-book.ts';
import type { ListDesk } from './list-desk.ts';
import type { ConsoleSessions } from './sessions.ts';
import { consoleRowsOf, type ConsoleSources, type WantedRows } from './views.ts';

const LIVE_PATH = '/v1/console/live';
/** Tabs of all operators at one replica. */
const MAX_SOCKETS = 256;
/** Tabs of one browser. */
const MAX_SOCKETS_PER_SESSION = 16;
/** Views are looked at this often. */
const TICK_MS = 1_000;
/** Windows that a page opens or moves are sent at most this often: scrolling stays smooth, and nobody keeps auth busy. */
const SOON_MS = 100;
/** Whether the sessions of open sockets still hold is asked every so many ticks: they end at other replicas, and with a role. */
const SESSION_TICKS = 10;
/** Commands of a page in a second; scrolling sends some twenty. */
const MAX_COMMANDS_PER_SECOND = 100;
/** Unsent bytes from which on frames are skipped: a window of 200 rows fits several times. */
const MAX_UNSENT_BYTES = 1024 * 1024;

export interface ConsoleLiveComponents {
  readonly server: Server;
  readonly admission: Admission;
  readonly sessions: Pick<ConsoleSessions, 'onEnded'>;
  readonly desk: ListDesk;
  readonly book: AccountBook;
  readonly reports: Pick<Reports, 'openCount'>;
  readonly clock: Clock;
  readonly log: Log;
}

interface Who {
  readonly caller: ConsoleCaller;
  readonly headers: IncomingHttpHeaders;
}

interface View extends WantedRows {
  readonly number: number;
  first: number;
  count: number;
  paused: boolean;
  seq: number;
  /** What was sent last, without its time; of an error its code. */
  last: string;
}

export function createConsoleLive(components: ConsoleLiveComponents): Startable {
  const { server, admission, sessions, desk, book, reports, clock, log } = components;
  let timer: Timer | undefined;
  let ticks = 0;
  const door = createLiveDoor<Who, ConsoleSocket>(
    { server, clock, log },
    {
      path: LIVE_PATH,
      maxSockets: MAX_SOCKETS,
      admit: async ({ headers }) => {
        const caller = await admission.admitUpgrade({ method: 'GET', headers });
        const own = [...door.speakers].filter(({ who }) => who.caller.login.id === caller.login.id);
        if (own.length >= MAX_SOCKETS_PER_SESSION)
          throw new BanyanError(
            'full',
            `${MAX_SOCKETS_PER_SESSION} tabs of this browser are connected. Close one first.`,
          );
        return { headers, caller };
      },
      open: (socket, { caller: { account } }) =>
        new ConsoleSocket({
          ...{ socket, clock, log },
          sources: {
            hosts: () => desk.snapshot(account),
            host: (known) => desk.host(account, known),
            accounts: () => book.snapshot(),
            reports: async () => ({ open: await reports.openCount(), at: clock.now() }),
            role: account.role,
          },
        }),
    },
  );

  sessions.onEnded((ids) => {
    for (const { who, speaker } of [...door.speakers])
      if (ids.includes(who.caller.login.id)) speaker.close(new BanyanError('login_required'));
  });

  const tick = async (): Promise<void> => {
    ticks += 1;
    const open = [...door.speakers];
    if (ticks % SESSION_TICKS === 0)
      await Promise.all(
        open.map(async ({ who, speaker }) => {
          if (!(await admission.isAlive(who.caller, who.headers)))
            speaker.close(new BanyanError('login_required'));
        }),
      );
    await Promise.all(open.map(({ speaker }) => speaker.refresh()));
  };
  const tickLater = (): void => {
    timer = clock.setTimeout(
      () => {
        const current = timer;
        tick()
          .catch((err: unknown) => log.debug({ err }, 'a look for the console failed'))
          .finally(() => {
            if (timer === current) tickLater();
          });
      },
      TICK_MS,
      { keepAlive: false },
    );
  };

  return {
    name: 'console views',
    async start(signal) {
      await door.start(signal);
      tickLater();
    },
    async stop() {
      timer?.cancel();
      timer = undefined;
      await door.stop();
    },
  };
}

interface ConsoleSocketComponents {
  readonly socket: WebSocket;
  readonly clock: Clock;
  readonly log: Log;
  readonly sources: ConsoleSources;
}

class ConsoleSocket implements LiveSpeaker {
  readonly #c: ConsoleSocketComponents;
  readonly #views = new Map<number, View>();
  readonly #due = new Set<View>();
  #dueTimer: Timer | undefined;
  #dueSentAt = -Infinity;
  #secondFrom = -Infinity;
  #commands = 0;

  constructor(components: ConsoleSocketComponents) {
    this.#c = components;
    const { socket, log } = components;
    socket.on('message', (data, isBinary) => {
      try {
        this.#receive(isBinary ? undefined : (data as Buffer).toString());
      } catch (error) {
        this.close(toBanyanError(error));
      }
    });
    socket.on('error', (error) => log.debug({ err: error }, 'a socket of the console failed'));
    socket.on('close', () => this.#forget());
  }

  close(error: BanyanError): void {
    this.#forget();
    this.#c.socket.close(error.wsClose, error.code);
  }

  /** Sends what changed of the views that are looked at. */
  async refresh(): Promise<void> {
    const watched = [...this.#views.values()].filter(({ paused }) => !paused);
    await Promise.all(watched.map((view) => this.#send(view)));
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
    if (!Value.Check(ConsoleCommand, command))
      throw new BanyanError(
        'invalid_request',
        'The command is not one of view.open, view.range, view.pause, view.close as described in the API.',
      );
    const known = this.#views.get(command.view);
    switch (command.type) {
      case 'view.open': {
        const { view: number, topic, params, first, count } = command;
        if (known === undefined && this.#views.size >= MAX_CONSOLE_VIEWS) {
          const full = `A page may have ${MAX_CONSOLE_VIEWS} views open. Close one first.`;
          this.#refuse(number, new BanyanError('limit_exceeded', full));
          return;
        }
        const view: View = { number, topic, params, first, count, paused: false, seq: 0, last: '' };
        this.#views.set(number, view);
        this.#soon(view);
        return;
      }
      case 'view.close':
        this.#views.delete(command.view);
        return;
      case 'view.pause':
        if (known === undefined) return;
        known.paused = command.paused;
        if (!known.paused) this.#soon(known);
        return;
      case 'view.range':
        if (known === undefined) return;
        known.first = command.first;
        known.count = command.count;
        this.#soon(known);
    }
  }

  #forget(): void {
    this.#views.clear();
    this.#due.clear();
    this.#dueTimer?.cancel();
  }

  /** A window that was just opened or moved is not made to wait for the tick. */
  #soon(view: View): void {
    const { clock, log } = this.#c;
    this.#due.add(view);
    if (this.#dueTimer !== undefined) return;
    this.#dueTimer = clock.setTimeout(
      () => {
        this.#dueTimer = undefined;
        this.#dueSentAt = clock.monotonic();
        this.#sendDue().catch((err: unknown) => log.warn({ err }, 'a view of the console could not be made'));
      },
      Math.max(0, this.#dueSentAt + SOON_MS - clock.monotonic()),
      { keepAlive: false },
    );
  }

  async #sendDue(): Promise<void> {
    const due = [...this.#due];
    this.#due.clear();
    await Promise.all(due.map((view) => this.#send(view)));
  }

  async #send(view: View): Promise<void> {
    const { socket, log, sources } = this.#c;
    let body: string;
    let at: number;
    try {
      const { total, rows, problem, ...asOf } = await consoleRowsOf(sources, view);
      // Skipped, not queued: at a later tick it gets the state as it is then.
      if (!this.#isOpen(view) || view.paused || socket.bufferedAmount > MAX_UNSENT_BYTES) return;
      at = asOf.at;
      body = JSON.stringify({ total, first: view.first, rows, problem });
    } catch (error) {
      // The view stays: a host that is gone may come back.
      const e = toBanyanError(error);
      if (!this.#isOpen(view) || view.last === e.code) return;
      view.last = e.code;
      if (e.code === 'internal') log.error({ err: error, topic: view.topic }, 'a view could not be made');
      this.#refuse(view.number, e);
      return;
    }
    if (body === view.last) return;
    view.last = body;
    const { number, topic, seq } = view;
    const head = JSON.stringify({ type: 'view.rows', view: number, topic, seq, at });
    view.seq += 1;
    socket.send(`${head.slice(0, -1)},${body.slice(1)}`);
  }

  #isOpen(view: View): boolean {
    const { socket } = this.#c;
    return this.#views.get(view.number) === view && socket.readyState === socket.OPEN;
  }

  #refuse(view: number, { code, message }: BanyanError): void {
    this.#c.socket.send(JSON.stringify({ type: 'view.error', view, code, message }));
  }
}

function parse(text: string | undefined): unknown {
  if (text === undefined)
    throw new BanyanError('malformed_frame', 'A binary frame came where only JSON is spoken.');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BanyanError('malformed_frame', 'A live command is not JSON.', { cause });
  }
}
