import { createPrivateKey, type KeyObject } from 'node:crypto';
import { SignJWT, type JWTPayload } from 'jose';
import { BanyanError, KEY_OVERLAP_S, type SigningKeyView } from '@banyan/proto';
import { createDeviceKey, type AuditedChanges, type Clock, type Log, type Store } from '@banyan/kit';
import { read, update } from './compare-and-set.ts';
import { MAX_PUBLISHED_KEYS } from './constants.ts';
import { byAuth, entryOf, type Decision } from './decision.ts';
import { KEY, type SigningKeyRecord, type SigningKeysRecord } from './records.ts';

/** A public signing key as the JWKS shows it (RFC 7517). */
export interface PublishedKey {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'ES256';
}

/** What a rotation brought. */
export interface Rotation {
  /** The new key. */
  readonly current: string;
  /** Unix ms from which on it signs. */
  readonly activeAt: number;
  /** All published key ids. */
  readonly published: readonly string[];
}

/** The keys that sign tokens and revocations. */
export interface SigningKeys {
  /** Reads the keys, or makes the first one. */
  start(): Promise<void>;
  /** The key that signs now. */
  readonly currentKid: string;
  /** Unix ms since when it signs. */
  readonly currentActiveAt: number;
  /** Next, current and retired keys, as verifiers need them. */
  published(): PublishedKey[];
  /** Signs with the current key: ES256, compact. */
  sign(payload: JWTPayload, typ: string): Promise<string>;
  /**
   * Publishes a new key, which signs after the lead time; the present one goes on being published a day
   * longer than it signs.
   *
   * @throws BanyanError `rate_limited` when {@link MAX_PUBLISHED_KEYS} are published already
   */
  rotate(decision: Decision): Promise<Rotation>;
  /** Next, current and retired keys, in the order in which they become active. */
  list(): SigningKeyView[];
  /** @throws BanyanError `not_found` when no such key is published */
  assertPublished(kid: string): void;
  /**
   * Takes a key out at once, and replaces it by one that signs from now on: for a key that somebody else may have. What it
   * signed proves nothing any more.
   *
   * @throws BanyanError `not_found` when no such key is published
   */
  withdraw(kid: string, decision: Decision): Promise<Rotation>;
  /** Takes over what other replicas changed, rotates when it is time, forgets keys that are over. */
  tend(): Promise<void>;
}

/** Options of {@link createSigningKeys}. */
export interface SigningKeysInit {
  /** A new key is published so long before it signs. */
  readonly leadSeconds: number;
  /** Days after which a key is replaced by itself; 0: never. */
  readonly rotationDays: number;
}

const DAY_MS = 24 * 3600 * 1000;

/** Keys that must still be known at `now`: those to come, the current one, and those whose successor signs less than the overlap. */
function knownKeys(keys: readonly SigningKeyRecord[], now: number): SigningKeyRecord[] {
  return keys.filter((_, i) => {
    const successor = keys[i + 1];
    return successor === undefined || successor.activeAt + KEY_OVERLAP_S * 1000 > now;
  });
}

/** The key that signs at `now`: the latest that is active. */
function activeKey(keys: readonly SigningKeyRecord[], now: number): SigningKeyRecord | undefined {
  return keys.findLast((key) => key.activeAt <= now) ?? keys[0];
}

/** Makes the signing keys over a store. */
export function createSigningKeys(
  components: {
    readonly store: Store;
    readonly clock: Clock;
    readonly log: Log;
    readonly changes: AuditedChanges;
  },
  init: SigningKeysInit,
): SigningKeys {
  const { store, clock, log, changes } = components;
  let keys: readonly SigningKeyRecord[] = [];
  const imported = new Map<string, KeyObject>();

  function newKey(activeAt: number): SigningKeyRecord {
    const { privateKey, deviceId } = createDeviceKey();
    return { kid: deviceId, privateJwk: privateKey.export({ format: 'jwk' }), activeAt };
  }

  function current(): SigningKeyRecord {
    const key = activeKey(keys, clock.now());
    if (key === undefined)
      throw new BanyanError('unavailable', 'Auth has no signing key yet. Try again in a moment.');
    return key;
  }

  function privateKeyOf(key: SigningKeyRecord): KeyObject {
    let found = imported.get(key.kid);
    if (found === undefined) {
      found = createPrivateKey({ format: 'jwk', key: key.privateJwk });
      imported.set(key.kid, found);
    }
    return found;
  }

  function adopt(record: SigningKeysRecord | undefined): void {
    keys = record?.keys ?? [];
    for (const kid of imported.keys()) if (!keys.some((key) => key.kid === kid)) imported.delete(kid);
  }

  /** Adds a key unless `unless` finds, on the newest state, that it is not needed. */
  async function add(
    decision: Decision,
    unless: (known: readonly SigningKeyRecord[]) => boolean,
  ): Promise<SigningKeyRecord> {
    const made = newKey(0);
    const record = await changes.change<SigningKeysRecord>(KEY.signingKeys, (now) => {
      const known = knownKeys(now?.keys ?? [], clock.now());
      if (unless(known)) return undefined;
      if (known.length >= MAX_PUBLISHED_KEYS) {
        throw new BanyanError(
          'rate_limited',
          `${MAX_PUBLISHED_KEYS} signing keys are published already. Wait until old ones have left, a day after they were replaced.`,
        );
      }
      // The very first key has nobody to wait for.
      const lead = known.length === 0 ? 0 : init.leadSeconds * 1000;
      // A rotation during another's lead time follows it, so that the order of the keys stays that of their times.
      const activeAt = Math.max(clock.now() + lead, (known.at(-1)?.activeAt ?? 0) + 1);
      return {
        value: { keys: [...known, { ...made, activeAt }] },
        entry: entryOf('key.published', made.kid, decision, {
          from: known.at(-1)?.kid ?? 'none',
          to: made.kid,
          activeAt,
        }),
      };
    });
    adopt(record);
    return keys.at(-1) ?? made;
  }

  const noKey = (): BanyanError =>
    new BanyanError(
      'not_found',
      'No signing key of this id is published. `banyan operator keys list` shows them.',
    );
  const rotation = (current: string, activeAt: number): Rotation => ({
    current,
    activeAt,
    published: knownKeys(keys, clock.now()).map((key) => key.kid),
  });

  return {
    async start() {
      adopt(await read<SigningKeysRecord>(store, KEY.signingKeys));
      if (keys.length === 0) await add(byAuth('the first key of the network'), (known) => known.length > 0);
    },
    get currentKid() {
      return current().kid;
    },
    get currentActiveAt() {
      return current().activeAt;
    },
    published() {
      return knownKeys(keys, clock.now()).map(({ kid, privateJwk: { x = '', y = '' } }) => ({
        kty: 'EC',
        crv: 'P-256',
        x,
        y,
        kid,
        use: 'sig',
        alg: 'ES256',
      }));
    },
    async sign(payload, typ) {
      const key = current();
      return new SignJWT(payload)
        .setProtectedHeader({ alg: 'ES256', typ, kid: key.kid })
        .sign(privateKeyOf(key));
    },
    async rotate(decision) {
      const added = await add(decision, () => false);
      log.info({ kid: added.kid, activeAt: added.activeAt }, 'a new signing key is published');
      return rotation(added.kid, added.activeAt);
    },
    list() {
      const known = knownKeys(keys, clock.now());
      const signing = activeKey(known, clock.now());
      return known.map((key, i) => {
        const { kid, activeAt } = key;
        if (key === signing) return { kid, activeAt, state: 'current' };
        const successor = known[i + 1];
        if (successor === undefined || activeAt > clock.now()) return { kid, activeAt, state: 'next' };
        return { kid, activeAt, state: 'retired', until: successor.activeAt + KEY_OVERLAP_S * 1000 };
      });
    },
    assertPublished(kid) {
      if (!knownKeys(keys, clock.now()).some((key) => key.kid === kid)) throw noKey();
    },
    async withdraw(kid, decision) {
      const made = newKey(clock.now());
      adopt(
        await changes.change<SigningKeysRecord>(KEY.signingKeys, (now) => {
          const known = knownKeys(now?.keys ?? [], clock.now());
          const left = known.filter((key) => key.kid !== kid);
          if (left.length === known.length) throw noKey();
          // Those that wait for their turn may lie where the stolen one lay.
          const signed = left.filter((key) => key.activeAt <= clock.now());
          return {
            value: { keys: [...signed, { ...made, activeAt: clock.now() }] },
            entry: entryOf('key.withdrawn', kid, decision, { from: kid, to: made.kid }),
          };
        }),
      );
      log.warn({ kid, current: made.kid }, 'a signing key was withdrawn, and another one signs');
      return rotation(made.kid, made.activeAt);
    },
    async tend() {
      adopt(await read<SigningKeysRecord>(store, KEY.signingKeys));
      const fresh = (known: readonly SigningKeyRecord[]): boolean => {
        const newest = known.at(-1);
        if (newest === undefined) return false;
        return init.rotationDays === 0 || clock.now() - newest.activeAt < init.rotationDays * DAY_MS;
      };
      if (!fresh(keys)) {
        const added = await add(byAuth(`keys are replaced every ${init.rotationDays} days`), fresh);
        log.info({ kid: added.kid, activeAt: added.activeAt }, 'a new signing key is published, as planned');
      } else if (knownKeys(keys, clock.now()).length < keys.length) {
        adopt(
          await update<SigningKeysRecord>(store, KEY.signingKeys, (now) =>
            now === undefined ? undefined : { ...now, keys: knownKeys(now.keys, clock.now()) },
          ),
        );
      }
    },
  };
}
