import type { ServerOptions } from 'node:https';
import { join } from 'node:path';
import Type from 'typebox';
import { BanyanError, toBanyanError, timeText } from '@banyan/proto';
import type { Clock, Timer } from '../clock.ts';
import type { Health } from '../health.ts';
import { loadOrCreateDeviceKey } from '../identity/device-key.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import {
  certificateOfFiles,
  certificateOfKey,
  readPem,
  type ServiceCertificate,
} from './service-certificate.ts';

/** Settings by which an HTTP service of the network (auth, list) says how TLS is done. */
export const SERVICE_TLS_SETTINGS = {
  tls: Type.Enum(['none', 'self', 'files'] as const, {
    default: 'none',
    description:
      'none: plain HTTP, on loopback or behind a proxy; self: an own key, which others trust by its pin; files: certificate and key of yours. A new key or certificate is served without a restart.',
  }),
  tlsCert: Type.Optional(
    Type.String({ minLength: 1, description: 'With tls files: certificate chain, PEM.' }),
  ),
  tlsKey: Type.Optional(Type.String({ minLength: 1, description: 'With tls files: private key, PEM.' })),
  behindProxy: Type.Boolean({
    default: false,
    description:
      'A proxy in front does TLS: its X-Forwarded headers are believed, and any address may be listened on.',
  }),
};

/** The values of {@link SERVICE_TLS_SETTINGS} that say where keys are. */
export interface ServiceTlsConfig {
  readonly tls: 'none' | 'self' | 'files';
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
}

/** What {@link openServiceTls} needs. */
export interface ServiceTlsComponents {
  /** Where an own key is kept. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly health: Health;
  /** Calls back when an operator asks for it (SIGHUP). */
  readonly onReload?: ((reload: () => void) => void) | undefined;
}

/** TLS of a service, as it stands. */
export interface ServiceTls {
  /** Absent: plain HTTP. */
  readonly options: ServerOptions | undefined;
  /** Thumbprint of the key that is served; undefined without TLS here, or when it is not P-256. */
  readonly pin: string | undefined;
  /**
   * From now on looks after the files, and gives what is new to the server.
   *
   * @param promised - pins by which clients know this service: where there are any, a key that is none of them is not taken
   * @returns how to end that
   */
  follow(server: { setTls(options: ServerOptions): void }, promised: () => readonly string[]): () => void;
}

/** The key of `tls: self`, in the folder of the service. */
const TLS_KEY_FILE = 'tls-key.pem';

/** A new certificate is served within so long: tools renew weeks ahead, and two small files are read. */
const CHECK_MS = 5_000;

/** What the files hold, and how to make a certificate of it. */
interface Source {
  read(): Promise<readonly string[]>;
  make(texts: readonly string[]): Promise<ServiceCertificate> | ServiceCertificate;
}

/**
 * Loads (with `self`: makes once and keeps in `folder`) what TLS needs, and watches over it: gauge of its end, counter of
 * reloads, advisory check `certificate`.
 *
 * A new file that cannot be used (it does not parse, key and certificate differ, it is over, its key is none that clients
 * know) changes nothing: what was loaded stays, and log, metric and check say why.
 *
 * @throws BanyanError `invalid_config` when files are missing, unusable, or not named
 */
export async function openServiceTls(
  components: ServiceTlsComponents,
  config: ServiceTlsConfig,
): Promise<ServiceTls> {
  const { clock, log, metrics, health } = components;
  let current: ServiceCertificate | undefined;
  metrics.gauge({
    name: 'banyan_tls_certificate_expiry_timestamp_seconds',
    help: 'When the certificate that is served ends; absent without TLS here.',
    collect: () => (current === undefined ? [] : [{ labels: {}, value: current.notAfter / 1000 }]),
  });
  const reloads = metrics.counter({
    name: 'banyan_tls_certificate_reloads_total',
    help: 'New certificate files: ok, they are served now; failed, they cannot be used and the old ones stay.',
    labels: ['result'],
  });
  const source = await sourceOf(config, components);
  if (source === undefined) return { options: undefined, pin: undefined, follow: () => () => undefined };

  let loaded = await source.read();
  current = await source.make(loaded);
  const isOver = (): boolean => current !== undefined && current.notAfter <= clock.now();
  // A restart must not make an outage of it: who pins the key does not look at dates.
  if (isOver())
    log.error('the certificate has expired: those who do not pin its key will refuse it. Renew it');
  let problem: BanyanError | undefined;
  health.add(
    'certificate',
    () => {
      if (problem !== undefined) throw problem;
      if (isOver()) throw new BanyanError('invalid_config', 'The certificate has expired. Renew it.');
    },
    { advisory: true },
  );

  const follow: ServiceTls['follow'] = (server, promised) => {
    /** What was found unusable, and how often it was so. */
    let refused: { readonly key: string; told: boolean } | undefined;
    let isStopped = false;
    let running: Promise<void> | undefined;
    let timer: Timer | undefined;

    const take = async (texts: readonly string[]): Promise<void> => {
      const next = await source.make(texts);
      const pins = promised();
      if (pins.length > 0 && (next.pin === undefined || !pins.includes(next.pin)))
        throw new BanyanError(
          'invalid_config',
          `The new TLS key (pin ${next.pin ?? 'none, as it is not P-256'}) is none that devices were told of, so all of them would refuse it. ` +
            'Name its pin first (auth: --tls-pins, list: --list-pins of auth) and give devices a day to hear of it.',
        );
      if (next.notAfter <= clock.now())
        throw new BanyanError('invalid_config', 'The new certificate has expired already. Renew it.');
      server.setTls(next.options);
      current = next;
    };
    const check = async (isAsked: boolean): Promise<void> => {
      let key = '';
      try {
        const texts = await source.read();
        key = texts.join('\0');
        if (key === loaded.join('\0')) {
          // Whoever put the old files back has mended it.
          problem = refused = undefined;
          if (isAsked) log.info('the certificate is the one that is served already');
          return;
        }
        if (key === refused?.key && refused.told && !isAsked) return;
        await take(texts);
        loaded = texts;
        problem = refused = undefined;
        reloads.inc({ result: 'ok' });
        log.info(
          { notAfter: timeText(current!.notAfter), pin: current!.pin },
          'a new certificate is served; connections that are open go on',
        );
      } catch (error) {
        // Certificate and key are two files: for a moment they may differ while somebody replaces them.
        const isSeenTwice = refused?.key === key;
        const wasTold = isSeenTwice && refused?.told === true;
        refused = { key, told: wasTold || isSeenTwice || isAsked };
        if (!refused.told || (wasTold && !isAsked)) return;
        problem = toBanyanError(error, 'invalid_config');
        reloads.inc({ result: 'failed' });
        log.error(
          { code: problem.code },
          `the new certificate is not used, the old one stays: ${problem.message}`,
        );
      }
    };
    const run = (isAsked: boolean): Promise<void> => {
      // One after the other: what was asked for looks at what is there after the asking.
      const next = (running ?? Promise.resolve()).then(async () => {
        if (!isStopped) await check(isAsked);
      });
      running = next;
      return next;
    };
    const later = (): void => {
      if (isStopped) return;
      timer = clock.setTimeout(() => void run(false).then(later), CHECK_MS, { keepAlive: false });
    };
    later();
    components.onReload?.(() => void run(true));
    return () => {
      isStopped = true;
      timer?.cancel();
    };
  };

  return {
    get options() {
      return current!.options;
    },
    get pin() {
      return current!.pin;
    },
    follow,
  };
}

async function sourceOf(
  config: ServiceTlsConfig,
  { folder, clock }: Pick<ServiceTlsComponents, 'folder' | 'clock'>,
): Promise<Source | undefined> {
  switch (config.tls) {
    case 'none':
      return undefined;
    case 'self': {
      const path = join(folder, TLS_KEY_FILE);
      await loadOrCreateDeviceKey(path);
      return {
        read: async () => [await readPem(path)],
        make: ([pem = '']) => certificateOfKey(pem, { path, now: clock.now() }),
      };
    }
    case 'files': {
      const { tlsCert, tlsKey } = config;
      if (tlsCert === undefined || tlsKey === undefined)
        throw new BanyanError('invalid_config', 'With --tls files, give --tls-cert and --tls-key too.');
      return {
        read: () => Promise.all([readPem(tlsCert), readPem(tlsKey)]),
        make: ([cert = '', key = '']) => certificateOfFiles({ cert, key }, { cert: tlsCert, key: tlsKey }),
      };
    }
  }
}
