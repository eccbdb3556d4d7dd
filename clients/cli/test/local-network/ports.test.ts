import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { assertPortsFree, portsFrom } from '../../src/local-network/ports.ts';

const servers: ReturnType<typeof createServer>[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function take(): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as { port: number }).port;
}

describe('the ports of a local network', () => {
  it('follow from the first, no two alike', async () => {
    const { auth, list, supernodes, transfers, pages } = await portsFrom(7700);
    const all = [auth, list, ...supernodes, ...transfers, ...pages];
    expect(all).toEqual([7700, 7701, 7710, 7711, 7740, 7741, 7742, 7780, 7781, 7782]);
  });

  it('are said in plain words when taken, with a way out', async () => {
    const taken = await take();
    await expect(
      assertPortsFree({ auth: 0, list: taken, supernodes: [], transfers: [], pages: [] }),
    ).rejects.toMatchObject({
      code: 'port_taken',
      message: expect.stringMatching(
        new RegExp(`^Port ${taken} is used by another program.*--base-port \\d+$`),
      ),
    });
  });

  it.each([1, 80, 65_500, 70_000, 1.5])('cannot begin at %d', async (base) => {
    await expect(portsFrom(base)).rejects.toMatchObject({ code: 'invalid_config' });
  });

  it('are free ones when asked for 0', async () => {
    const { auth, list } = await portsFrom(0);
    expect(auth).toBeGreaterThan(0);
    expect(list).not.toBe(auth);
  });
});
