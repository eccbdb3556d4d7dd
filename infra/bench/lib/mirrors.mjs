// Plain HTTP servers as a bench needs them: so many bytes a second each, whatever the number of connections, well-behaved or
// not; and a line that delays what goes through it.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, createServer as createLine } from 'node:net';

/** How often a server sends what its rate allows by then. */
const TICK_MS = 5;
/** What it saves up at most while nobody reads, in seconds of its rate: a source is no faster after a rest. */
const SAVED_S = 0.05;
/** Largest single write, and what waits in a connection at most: more than a tick brings at any rate of a bench. */
const PIECE = 64 * 1024;
const BUFFERED = 1024 * 1024;

/**
 * Serves one file.
 *
 * @param {{ bytes: Buffer, host: string, rate: number, stopsAfter?: number, how?: 'stall' | 'close', lies?: (offset: number) => boolean }} init
 *   rate: bytes a second, all connections together; stopsAfter: bytes after which it does nothing more (`stall`: connections stay
 *   open, `close`: they are cut and none is taken any more); lies: whether the byte at an offset is a wrong one
 */
export async function startMirror({ bytes, host, rate, stopsAfter = Infinity, how, lies }) {
  let sent = 0;
  let credit = 0;
  let filled = performance.now();
  /** Answers under way, served in turn. */
  const answers = [];

  const pieceOf = (start, end) => {
    if (lies === undefined) return bytes.subarray(start, end);
    const piece = Buffer.from(bytes.subarray(start, end));
    for (let i = 0; i < piece.length; i += 1) if (lies(start + i)) piece[i] ^= 1;
    return piece;
  };
  const tick = () => {
    const now = performance.now();
    credit = Math.min(rate * SAVED_S, credit + ((now - filled) / 1000) * rate);
    filled = now;
    let idle = 0;
    while (credit > 0 && answers.length > 0 && idle < answers.length) {
      if (sent >= stopsAfter) {
        if (how === 'close') stop();
        return;
      }
      const answer = answers.shift();
      const { response } = answer;
      if (response.destroyed) continue;
      if (response.writableLength >= BUFFERED) {
        answers.push(answer);
        idle += 1;
        continue;
      }
      idle = 0;
      const size = Math.min(PIECE, answer.end - answer.at, stopsAfter - sent, Math.max(1, Math.ceil(credit)));
      response.write(pieceOf(answer.at, answer.at + size));
      answer.at += size;
      sent += size;
      credit -= size;
      if (answer.at < answer.end) answers.push(answer);
      else response.end();
    }
  };
  const timer = setInterval(tick, TICK_MS);

  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    const start = Number(range?.[1] ?? 0);
    const end = range?.[2] ? Math.min(Number(range[2]) + 1, bytes.length) : bytes.length;
    response.writeHead(range === null ? 200 : 206, {
      'content-type': 'application/octet-stream',
      'content-length': end - start,
      'accept-ranges': 'bytes',
      etag: '"bench"',
      ...(range === null ? {} : { 'content-range': `bytes ${start}-${end - 1}/${bytes.length}` }),
    });
    if (request.method === 'HEAD') response.end();
    else answers.push({ response, at: start, end });
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  server.listen(0, host);
  await once(server, 'listening');
  return {
    port: server.address().port,
    get sent() {
      return sent;
    },
    close() {
      clearInterval(timer);
      stop();
    },
  };
}

/** A line to a port that takes so many milliseconds there and back, half of them each way, and has room for anything. */
export async function startDelayedLine({ host, target, delayMs }) {
  const sockets = new Set();
  const carry = (from, to) => {
    from.setNoDelay(true);
    sockets.add(from);
    from.on('data', (data) => setTimeout(() => to.writable && to.write(data), delayMs / 2));
    from.on('error', () => undefined);
    from.on('close', () => {
      sockets.delete(from);
      setTimeout(() => to.destroy(), delayMs / 2);
    });
  };
  const server = createLine((client) => {
    const upstream = connect(target, host);
    carry(client, upstream);
    carry(upstream, client);
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    port: server.address().port,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
