// What mutual-TLS WebSockets cost without Banyan: one process that accepts them, one that opens them, with the TLS options of
// Banyan's own: TLS 1.3, a certificate of each client, no tickets, ALPN, no compression.
//   node bare-ws.mjs server | node bare-ws.mjs client PORT COUNT FIRST
// Each speaks by IPC. The server: {port}, then {memory, open} when asked `memory`. The client: {memory} with the first ones open,
// then on `go` opens the others, and {memory} again. Memory is what `collectedMemory` says.
import { createServer } from 'node:https';
import { connect } from 'node:tls';
import { createDeviceKey, createIdentity, createTlsServerOptions } from '@banyan/kit';
import { WebSocket, WebSocketServer } from 'ws';
import { collectedMemory } from './collected-memory.mjs';

/** Handshakes under way at once, as many as a load worker has. */
const AT_ONCE = 64;
/** What every session says once, in bytes of a leaf's: Node keeps other buffers of a TLS socket that was used than of one that was not. */
const HELLO = Buffer.alloc(120);
const WELCOME = Buffer.alloc(400);
const noop = () => undefined;
const [role, port, count, first] = process.argv.slice(2);

async function serve() {
  const server = createServer(createTlsServerOptions(await createIdentity(createDeviceKey())));
  const sockets = new Set();
  new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false }).on('connection', (ws) => {
    sockets.add(ws);
    ws.on('message', () => ws.send(WELCOME));
    ws.on('error', noop);
  });
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
  process.on('message', async () => process.send({ memory: await collectedMemory(), open: sockets.size }));
}

async function dial(wanted, before) {
  // All keys and certificates are there from the start and stay, as those of simulated leaves.
  const identities = [];
  for (let i = 0; i < wanted; i += 1) identities.push(await createIdentity(createDeviceKey()));
  const open = [];
  const openUpTo = async (most) => {
    let next = open.length;
    const line = async () => {
      while (next < most) open.push(await openOne(identities[next++]));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, line));
  };
  await openUpTo(before);
  process.send({ memory: await collectedMemory(), open: open.length });
  process.once('message', async () => {
    await openUpTo(wanted);
    process.send({ memory: await collectedMemory(), open: open.length });
  });
}

async function openOne({ secureContext }) {
  const ws = new WebSocket(`wss://127.0.0.1:${port}`, {
    createConnection: () =>
      connect({
        host: '127.0.0.1',
        port: Number(port),
        secureContext,
        minVersion: 'TLSv1.3',
        ALPNProtocols: ['http/1.1'],
        rejectUnauthorized: false,
      }),
    perMessageDeflate: false,
  });
  await new Promise((resolve, reject) => ws.once('open', resolve).once('error', reject));
  ws.on('message', noop);
  ws.on('error', noop);
  ws.send(HELLO);
  ws.ping();
  return ws;
}

process.on('disconnect', () => process.exit(0));
if (role === 'server') await serve();
else await dial(Number(count), Number(first));
