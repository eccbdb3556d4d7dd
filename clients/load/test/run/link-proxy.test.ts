import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createLinkProxy, type LinkProxy } from '../../src/run/link-proxy.ts';

jest.setTimeout(60_000);

const echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
let link: LinkProxy;
let client: Socket;
let heard = '';

beforeEach(async () => {
  heard = '';
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  link = await createLinkProxy();
  client = connect(link.port, '127.0.0.1');
  client.on('error', () => undefined);
  client.setEncoding('utf8').on('data', (text: string) => (heard += text));
  await once(client, 'connect');
});
afterEach(async () => {
  client.destroy();
  link.close();
  await new Promise((resolve) => echo.close(resolve));
});

const open = (): void => link.leadTo((echo.address() as AddressInfo).port);
const until = async (text: string): Promise<void> => {
  while (heard !== text) await once(client, 'data');
};

test('whoever dialled before anything was behind it is served once there is', async () => {
  client.write('early');
  open();
  await until('early');
});

test('nothing passes a link that is cut, and nothing is lost of it when it is mended', async () => {
  open();
  client.write('a');
  await until('a');
  link.cut();
  client.write('b');
  // Another connection of this very process was answered meanwhile: time enough passed for what is not cut.
  const other = await createLinkProxy();
  other.leadTo((echo.address() as AddressInfo).port);
  const probe = connect(other.port, '127.0.0.1');
  probe.write('x');
  await once(probe, 'data');
  probe.destroy();
  other.close();
  expect(heard).toBe('a');
  link.mend();
  await until('ab');
});

test('a slow link brings everything later, in its order', async () => {
  open();
  link.slow(80);
  const before = performance.now();
  client.write('one ');
  client.write('two');
  await until('one two');
  // Both ways: a bound from below, which a busy machine cannot break.
  expect(performance.now() - before).toBeGreaterThanOrEqual(150);
});
