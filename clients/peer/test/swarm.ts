/** A small network in one process: real keys, tokens, TLS sockets and files; only auth is played by a signing key. */
import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AUDIENCE,
  BanyanError,
  createRootBuilder,
  layerProof,
  sameContent,
  type Audience,
  type ChunkMap,
  type ContentId,
  type Source,
} from '@banyan/proto';
import {
  createDeviceKey,
  createIdentity,
  createLocalKeys,
  createRevocationList,
  createTokenVerifier,
  jwkOfKey,
  silentLog,
  systemClock,
  type Clock,
  type Identity,
  type RevocationList,
  type TokenVerifier,
} from '@banyan/kit';
import type { ContentProvider, OpenContent } from '../src/content.ts';
import type { SwarmMemory } from '../src/swarm-memory.ts';
import { createUploadServer, type UploadServer } from '../src/upload/index.ts';
import type { UploadServerComponents } from '../src/upload/upload-server.ts';

const ISSUER = 'https://auth.test';

export const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest();

/** What a test wants other than a good token. */
export interface TokenChange {
  readonly audience?: Audience;
  readonly scope?: string;
  readonly expiresInS?: number;
  readonly account?: string;
}

/** The network's auth, as far as transfers need it. */
export interface TestNetwork {
  readonly verifier: TokenVerifier;
  readonly revocations: RevocationList;
  token(deviceId: string, change?: TokenChange): string;
  ban(deviceId: string): Promise<void>;
  block(contentId: string): Promise<void>;
}

function createTestNetwork(): TestNetwork {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { kid: 'k1', ...jwkOfKey(privateKey)! };
  const keys = createLocalKeys(() => [jwk]);
  const revocations = createRevocationList({ keys }, { issuer: ISSUER });
  const verifier = createTokenVerifier({ keys, revocations }, { issuer: ISSUER, audience: AUDIENCE.peer });
  let seq = 0;
  const revoke = async (kind: string, id: string): Promise<void> => {
    seq += 1;
    const iat = Math.floor(Date.now() / 1000);
    const entries = [{ kind, id, until: null, reason: 'test' }];
    await revocations.apply([
      signJwt(privateKey, 'banyan-revocation+jwt', { iss: ISSUER, seq, iat, entries }),
    ]);
  };
  return {
    verifier,
    revocations,
    token(deviceId, change = {}) {
      const iat = Math.floor(Date.now() / 1000);
      return signJwt(privateKey, 'at+jwt', {
        iss: ISSUER,
        sub: `id-of-${change.account ?? deviceId}`,
        aud: change.audience ?? AUDIENCE.peer,
        iat,
        exp: iat + (change.expiresInS ?? 3600),
        jti: randomUUID(),
        client_id: deviceId,
        scope: change.scope ?? 'transfer',
        cnf: { jkt: deviceId },
        account: change.account ?? 'ann',
        role: 'member',
        grants: [],
      });
    },
    ban: (deviceId) => revoke('device', deviceId),
    block: (contentId) => revoke('content', contentId),
  };
}

function signJwt(key: KeyObject, typ: string, claims: object): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const head = `${encode({ alg: 'ES256', typ, kid: 'k1' })}.${encode(claims)}`;
  return `${head}.${sign('sha256', Buffer.from(head), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

/** A file in memory with its id and layer. */
export interface TestFile {
  readonly bytes: Uint8Array;
  readonly content: ContentId;
  readonly chunkHashes: Uint8Array;
}

/** Bytes that repeat nowhere, the same for the same seed. */
export function createTestFile(length: number, seed = 1): TestFile {
  const bytes = new Uint8Array(length);
  const words = new Uint32Array(bytes.buffer, 0, Math.floor(length / 4));
  let state = seed >>> 0 || 1;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state >>> 0;
  }
  const builder = createRootBuilder(sha256);
  builder.update(bytes);
  const { id, chunkHashes } = builder.digest();
  return { bytes, content: id, chunkHashes };
}

/** What a test's provider does besides what it should. */
export interface ProviderTricks {
  /** Chunks it has; undefined: all. */
  readonly chunks?: ChunkMap;
  /** Where its content is, when it is not a file in memory. */
  readonly content?: Pick<OpenContent, 'content' | 'read' | 'layer'>;
  /** May change, delay or refuse what is read. */
  readonly onRead?: (buffer: Uint8Array, start: number, content: ContentId) => void | Promise<void>;
  readonly badLayer?: boolean;
  /** Whom it names to those who ask; default: nobody. */
  readonly swarm?: Pick<SwarmMemory, 'of' | 'fetches'>;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Who may measure its line; default: nobody. */
  readonly isHome?: (deviceId: string) => boolean;
  readonly onServed?: UploadServerComponents['onServed'];
  readonly measuredRate?: () => number | undefined;
}

function provide(file: TestFile, tricks: ProviderTricks = {}): ContentProvider {
  return {
    async open(content) {
      if (!sameContent(content, file.content)) return undefined;
      return {
        content,
        name: 'a file.bin',
        chunks: tricks.chunks,
        async read(buffer, start) {
          if (tricks.content === undefined) buffer.set(file.bytes.subarray(start, start + buffer.length));
          else await tricks.content.read(buffer, start);
          await tricks.onRead?.(buffer, start, content);
        },
        async layer(first, count) {
          if (tricks.content !== undefined) return await tricks.content.layer(first, count);
          const proof = layerProof(sha256, file.chunkHashes, file.content.length, first, count);
          if (tricks.badLayer === true) proof.hashes[0]! ^= 1;
          return proof;
        },
        async close() {},
      };
    },
  };
}

export function newIdentity(): Promise<Identity> {
  return createIdentity(createDeviceKey());
}

/** A serving peer. */
export interface TestPeer {
  readonly identity: Identity;
  readonly server: UploadServer;
  /** How a supernode would name it. */
  readonly source: Source;
  /** Byte offsets of reads, in their order. */
  readonly reads: number[];
  /** How often somebody wanted to know something of the content. */
  asked(): number;
}

/** Things of one test that must be ended after it. */
export interface Stage {
  readonly network: TestNetwork;
  peer(
    files: TestFile | readonly TestFile[],
    tricks?: ProviderTricks & { slots?: number; stalledReaderMs?: number },
  ): Promise<TestPeer>;
  folder(): Promise<string>;
  /** Runs at the end, last added first. */
  later(fn: () => unknown): void;
  end(): Promise<void>;
}

export function createStage(): Stage {
  const network = createTestNetwork();
  const ends: (() => unknown)[] = [];
  return {
    network,
    async peer(files, tricks = {}) {
      const identity = await newIdentity();
      const reads: number[] = [];
      let asked = 0;
      const providers = [files].flat().map((file) =>
        provide(file, {
          ...tricks,
          onRead: async (buffer, start, content) => {
            reads.push(start);
            await tricks.onRead?.(buffer, start, content);
          },
        }),
      );
      const server = createUploadServer(
        {
          identity,
          verifier: network.verifier,
          revocations: network.revocations,
          providers: [
            {
              open: async (content) => {
                asked += 1;
                for (const provider of providers) {
                  const source = await provider.open(content);
                  if (source !== undefined) return source;
                }
                return undefined;
              },
            },
          ],
          clock: tricks.clock ?? systemClock,
          log: silentLog(),
          ...(tricks.swarm === undefined ? {} : { swarm: tricks.swarm }),
          ...(tricks.isHome === undefined ? {} : { isHome: tricks.isHome }),
          ...(tricks.onServed === undefined ? {} : { onServed: tricks.onServed }),
          ...(tricks.measuredRate === undefined ? {} : { measuredRate: tricks.measuredRate }),
        },
        {
          host: '127.0.0.1',
          port: 0,
          ...(tricks.slots === undefined ? {} : { slots: tricks.slots }),
          ...(tricks.stalledReaderMs === undefined ? {} : { stalledReaderMs: tricks.stalledReaderMs }),
        },
      );
      await server.start();
      ends.push(() => server.stop());
      return {
        identity,
        server,
        reads,
        asked: () => asked,
        source: sourceOf(identity.deviceId, server.port),
      };
    },
    async folder() {
      const folder = await mkdtemp(join(tmpdir(), 'banyan-peer-'));
      ends.push(() => rm(folder, { recursive: true, force: true }));
      return folder;
    },
    later: (fn) => void ends.push(fn),
    async end() {
      for (const fn of ends.reverse()) await fn();
      ends.length = 0;
    },
  };
}

export function sourceOf(deviceId: string, port: number, partial = false): Source {
  return { deviceId, addresses: [{ host: '127.0.0.1', port }], partial, account: 'ann', offer: null };
}

/** Resolves when `check` holds; fails after a bound that is generous for loaded machines. */
export async function until(check: () => boolean, what: string, ms = 15_000): Promise<void> {
  const end = Date.now() + ms;
  while (!check()) {
    if (Date.now() > end) throw new BanyanError('timeout', `never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
