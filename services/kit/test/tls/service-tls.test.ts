import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createAuthority, type Authority, type Issued } from '../../src/testing/authority.ts';
import {
  createDeviceKey,
  createHealth,
  createManualClock,
  createMemoryLog,
  createMetrics,
  exportDeviceKey,
  openServiceTls,
  peerDeviceId,
  type ServiceTls,
  type ServiceTlsConfig,
} from '../../src/index.ts';

const CHECK_MS = 5_000;

let folder: string;
let authority: Authority;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-tls-'));
  authority = await createAuthority();
});
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await rm(folder, { recursive: true, force: true });
});

/** A server with the TLS of a service, and everything around it that tells of it. */
class Served {
  readonly clock = createManualClock(Date.now());
  readonly log = createMemoryLog();
  readonly metrics = createMetrics({ service: 'test', processMetrics: false });
  readonly health = createHealth();
  server!: Server;
  tls!: ServiceTls;
  reload!: () => void;
  /** How often the server was given something new. */
  taken = 0;

  static async open(config: ServiceTlsConfig, promised: readonly string[] = []): Promise<Served> {
    const served = new Served();
    const { clock, log, metrics, health } = served;
    served.tls = await openServiceTls(
      { folder, clock, log, metrics, health, onReload: (reload) => (served.reload = reload) },
      config,
    );
    served.server = createServer(served.tls.options!, (_request, response) => void response.end('ok'));
    served.server.listen(0, '127.0.0.1');
    await once(served.server, 'listening');
    const unfollow = served.tls.follow(
      {
        setTls(options) {
          served.taken += 1;
          served.server.setSecureContext(options);
        },
      },
      () => promised,
    );
    cleanups.push(unfollow, () => {
      served.server.closeAllConnections();
      served.server.close();
    });
    return served;
  }

  async dial(): Promise<TLSSocket> {
    const { port } = this.server.address() as AddressInfo;
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, minVersion: 'TLSv1.3' });
    cleanups.push(() => socket.destroy());
    await once(socket, 'secureConnect');
    return socket;
  }

  async metric(name: string): Promise<number | undefined> {
    const { body } = await this.metrics.render();
    const line = body.split('\n').find((one) => one.startsWith(name));
    return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
  }

  async problem(): Promise<string | undefined> {
    const { ready, checks } = await this.health.report();
    expect(ready).toBe(true);
    return checks.find(({ name }) => name === 'certificate')?.reason;
  }

  /** Lets the time of one look at the files pass, and waits until it was made. */
  async look(until: () => boolean): Promise<void> {
    await this.clock.advance(CHECK_MS);
    await eventually(until);
  }
}

/** Reading files takes turns of the event loop that no clock of ours counts. */
async function eventually(is: () => boolean): Promise<void> {
  while (!is()) await new Promise((resolve) => setImmediate(resolve));
}

async function put({ cert, key }: Pick<Issued, 'cert' | 'key'>): Promise<void> {
  await writeFile(join(folder, 'tls.crt'), cert);
  await writeFile(join(folder, 'tls.key'), key);
}

const files = (): ServiceTlsConfig => ({
  tls: 'files',
  tlsCert: join(folder, 'tls.crt'),
  tlsKey: join(folder, 'tls.key'),
});

describe('the certificate files of a service', () => {
  it('are served anew when they change, and connections that are open go on', async () => {
    const old = await authority.issue({ names: ['auth.test'] });
    await put(old);
    const served = await Served.open(files());
    const before = await served.dial();
    expect(peerDeviceId(before)).toBe(old.pin);
    const fresh = await authority.issue({ names: ['auth.test'], endsInDays: 60 });
    await put(fresh);
    await served.look(() => served.taken === 1);
    expect(peerDeviceId(await served.dial())).toBe(fresh.pin);
    before.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    expect(String((await once(before, 'data'))[0])).toContain('200 OK');
    expect(await served.metric('banyan_tls_certificate_reloads_total{result="ok"')).toBe(1);
    const ends = (await served.metric('banyan_tls_certificate_expiry_timestamp_seconds'))! * 1000;
    expect(ends - Date.now()).toBeGreaterThan(59 * 24 * 3600_000);
  });

  it('are looked at at once when an operator asks', async () => {
    await put(await authority.issue({ names: ['auth.test'] }));
    const served = await Served.open(files());
    await put(await authority.issue({ names: ['auth.test'] }));
    served.reload();
    await eventually(() => served.taken === 1);
  });

  it('that cannot be used change nothing, and log, metric and check say why', async () => {
    const old = await authority.issue({ names: ['auth.test'] });
    const other = await authority.issue({ names: ['auth.test'] });
    const over = await authority.issue({ names: ['auth.test'], endsInDays: -1 });
    await put(old);
    const served = await Served.open(files());
    const failed = (): number => served.log.entries.filter(({ level }) => level === 50).length;
    const broken: [Pick<Issued, 'cert' | 'key'>, string][] = [
      [{ cert: old.cert, key: other.key }, 'is not that of the certificate'],
      [{ cert: 'nothing', key: old.key }, 'does not hold a certificate'],
      [{ cert: old.cert, key: '' }, 'does not hold a private key'],
      [over, 'has expired already'],
    ];
    for (const [at, [texts, words]] of broken.entries()) {
      await put(texts);
      served.reload();
      await eventually(() => failed() === at + 1);
      served.health.add('fresh', () => undefined);
      expect(await served.problem()).toContain(words);
      expect(peerDeviceId(await served.dial())).toBe(old.pin);
    }
    expect(await served.metric('banyan_tls_certificate_reloads_total{result="failed"')).toBe(broken.length);
    // Whoever puts the old ones back has mended it, and nothing new is served.
    await put(old);
    served.reload();
    await eventually(() => served.log.entries.some(({ msg }) => String(msg).includes('served already')));
    served.health.add('fresh', () => undefined);
    expect(await served.problem()).toBeUndefined();
    expect(served.taken).toBe(0);
  });

  it('are two, and one may be new a moment before the other', async () => {
    const old = await authority.issue({ names: ['auth.test'] });
    const fresh = await authority.issue({ names: ['auth.test'] });
    await put(old);
    const served = await Served.open(files());
    await put({ cert: fresh.cert, key: old.key });
    await served.clock.advance(CHECK_MS);
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    await put(fresh);
    await served.look(() => served.taken === 1);
    expect(served.log.entries.filter(({ level }) => level === 50)).toEqual([]);
  });

  it('must have the key that devices were told of, which a renewed certificate may keep', async () => {
    const key = createDeviceKey();
    await put(await authority.issue({ names: ['auth.test'], key }));
    const served = await Served.open(files(), [key.deviceId]);
    await put(await authority.issue({ names: ['auth.test'], key, endsInDays: 90 }));
    served.reload();
    await eventually(() => served.taken === 1);
    await put(await authority.issue({ names: ['auth.test'] }));
    served.reload();
    await eventually(() => served.log.entries.some(({ level }) => level === 50));
    served.health.add('fresh', () => undefined);
    expect(await served.problem()).toContain('--tls-pins');
    expect(served.taken).toBe(1);
  });

  it.each([
    ['no certificate', { cert: 'x' }, 'does not hold a certificate'],
    ['the key of another', { key: 'other' }, 'is not that of the certificate'],
  ])('with %s are refused at the start', async (_what, change, words) => {
    const issued = await authority.issue({ names: ['auth.test'] });
    const key = 'key' in change ? (await authority.issue({ names: ['auth.test'] })).key : issued.key;
    await put({ cert: 'cert' in change ? change.cert : issued.cert, key });
    await expect(Served.open(files())).rejects.toMatchObject({
      code: 'invalid_config',
      message: expect.stringContaining(words),
    });
  });

  it('that are over are served all the same after a start, and told', async () => {
    await put(await authority.issue({ names: ['auth.test'], endsInDays: -1 }));
    const served = await Served.open(files());
    expect(await served.problem()).toContain('has expired');
  });
});

describe('the own key of a service', () => {
  it('gives way to its backup without a restart, and to no other', async () => {
    const backup = createDeviceKey();
    const served = await Served.open({ tls: 'self' }, [backup.deviceId]);
    const first = served.tls.pin;
    await writeFile(join(folder, 'tls-key.pem'), exportDeviceKey(createDeviceKey()));
    served.reload();
    await eventually(() => served.log.entries.some(({ level }) => level === 50));
    expect(served.tls.pin).toBe(first);
    await writeFile(join(folder, 'tls-key.pem'), exportDeviceKey(backup));
    served.reload();
    await eventually(() => served.taken === 1);
    expect(served.tls.pin).toBe(backup.deviceId);
    expect(peerDeviceId(await served.dial())).toBe(backup.deviceId);
  });
});
