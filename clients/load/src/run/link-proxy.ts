/**
 * The link to one supernode, as far as the tester's own network goes: all who dial it, leaves and other supernodes, come
 * through here, so that the link can be cut or made slow. What passes is TLS; nothing of it is read.
 *
 * ```
 *   leaf, supernode ── link ── supernode behind it
 *                        ├─ open: bytes pass as they come
 *                        ├─ cut:  nothing passes either way, and nobody is told (as of a pulled cable)
 *                        └─ slow: bytes pass so much later
 * ```
 */
import { connect, createServer, type Socket } from 'node:net';
import { listenOn, systemClock, type Timer } from '@banyan/kit';

export interface LinkProxy {
  /** Where it is dialled. */
  readonly port: number;
  /** Says what is behind it; who dialled before waits. */
  leadTo(port: number): void;
  cut(): void;
  /** @param ms - added to each way */
  slow(ms: number): void;
  mend(): void;
  close(): void;
}

const HOST = '127.0.0.1';

export async function createLinkProxy(): Promise<LinkProxy> {
  const link = new Link();
  await link.listen();
  return link;
}

class Link implements LinkProxy {
  port = 0;
  readonly #ways = new Set<Way>();
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  #target: number | undefined;
  #waiting: Socket[] = [];
  #state: WayState = OPEN;

  async listen(): Promise<void> {
    this.port = await listenOn(this.#server, { host: HOST, port: 0 });
  }

  leadTo(port: number): void {
    this.#target = port;
    for (const socket of this.#waiting.splice(0)) this.#lead(socket, port);
  }

  cut(): void {
    this.#set({ isCut: true, delayMs: 0 });
  }

  slow(ms: number): void {
    this.#set({ isCut: false, delayMs: ms });
  }

  mend(): void {
    this.#set(OPEN);
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #set(state: WayState): void {
    this.#state = state;
    for (const way of this.#ways) way.set(state);
  }

  #accept(socket: Socket): void {
    this.#keep(socket);
    if (this.#target === undefined) this.#waiting.push(socket);
    else this.#lead(socket, this.#target);
  }

  #lead(near: Socket, port: number): void {
    const far = connect({ host: HOST, port, noDelay: true });
    this.#keep(far);
    const ways = [new Way(near, far, this.#state), new Way(far, near, this.#state)];
    for (const way of ways) this.#ways.add(way);
    const end = (): void => {
      for (const way of ways) {
        way.end();
        this.#ways.delete(way);
      }
      near.destroy();
      far.destroy();
    };
    near.once('close', end);
    far.once('close', end);
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

interface WayState {
  readonly isCut: boolean;
  readonly delayMs: number;
}

const OPEN: WayState = { isCut: false, delayMs: 0 };

/** One direction of one connection. */
class Way {
  readonly #from: Socket;
  readonly #to: Socket;
  #state: WayState;
  /** What is on its way, the oldest first. */
  readonly #held: { readonly data: Buffer; readonly at: number }[] = [];
  #timer: Timer | undefined;

  constructor(from: Socket, to: Socket, state: WayState) {
    this.#from = from;
    this.#to = to;
    this.#state = state;
    from.on('data', (data) => this.#pass(data));
    to.on('drain', () => this.#resume());
    if (state.isCut) from.pause();
  }

  set(state: WayState): void {
    this.#state = state;
    if (state.isCut) {
      this.#timer?.cancel();
      this.#timer = undefined;
      this.#from.pause();
      return;
    }
    this.#resume();
    this.#send();
  }

  end(): void {
    this.#timer?.cancel();
    this.#held.length = 0;
  }

  #resume(): void {
    if (!this.#state.isCut) this.#from.resume();
  }

  #pass(data: Buffer): void {
    const { isCut, delayMs } = this.#state;
    if (!isCut && delayMs === 0 && this.#held.length === 0) {
      this.#write(data);
      return;
    }
    this.#held.push({ data, at: systemClock.monotonic() + delayMs });
    this.#send();
  }

  /** Sends what is due; the order stays. */
  #send(): void {
    if (this.#state.isCut || this.#timer !== undefined) return;
    const now = systemClock.monotonic();
    for (let next = this.#held[0]; next !== undefined; next = this.#held[0]) {
      if (next.at > now) {
        this.#timer = systemClock.setTimeout(() => {
          this.#timer = undefined;
          this.#send();
        }, next.at - now);
        return;
      }
      this.#held.shift();
      this.#write(next.data);
    }
  }

  #write(data: Buffer): void {
    // A side that does not read holds up the other, as without a link.
    if (!this.#to.destroyed && !this.#to.write(data)) this.#from.pause();
  }
}
