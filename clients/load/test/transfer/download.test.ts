import { afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { createContents, createSyntheticBytes, seededRandom, type Persona } from '@banyan/core';
import { BanyanError, type BadSource, type Source } from '@banyan/proto';
import type { Identity, TokenVerifier, VerifiedToken } from '@banyan/kit';
import { createLeafIdentity } from '../../src/leaf/identities.ts';
import { download } from '../../src/transfer/download.ts';
import { sha256 } from '../../src/transfer/sha256.ts';
import { createTransferDesk, type TransferDesk } from '../../src/transfer/transfer-desk.ts';

jest.setTimeout(120_000);

const SEED = 3;
const bytes = createSyntheticBytes(SEED, sha256);
const contents = createContents({ seed: SEED, count: 50, popularity: 0, vocabulary: 500, sizes: 1 }, bytes);
/** One of a few chunks, so that a lie can come in the middle. */
const RANK = Array.from({ length: 50 }, (_, i) => i).find((i) => {
  const { length } = contents.content(i);
  return length > 3 * 2 ** 20 && length < 12 * 2 ** 20;
})!;
const content = contents.content(RANK);

/** Auth is not what is tested here: a token names the key that it is for. */
const tokenOf = ({ deviceId }: Identity): string => `token-of-${deviceId}`;
const verifier: TokenVerifier = {
  verify: async (token, { jkt }) => {
    if (token !== `token-of-${jkt}`) throw new BanyanError('proof_invalid');
    return { deviceId: jkt, accountId: 'a', claims: { scope: 'transfer' } } as unknown as VerifiedToken;
  },
};

let desk: TransferDesk | undefined;
let caller: Identity;
beforeAll(async () => {
  caller = await createLeafIdentity();
});
afterEach(() => desk?.close());

async function sources(...personas: Persona[]): Promise<Source[]> {
  const open = createTransferDesk({ verifier, contents, bytes });
  desk = open;
  return Promise.all(
    personas.map(async (persona) => {
      const identity = await createLeafIdentity();
      const { port } = await open.listen({ identity, persona, library: [RANK] }, '127.0.0.1');
      return {
        deviceId: identity.deviceId,
        addresses: [{ host: '127.0.0.1', port }],
        partial: false,
        account: 'a',
        offer: null,
      };
    }),
  );
}

async function fetchFrom(from: readonly Source[], token = tokenOf(caller), patienceMs = 60_000) {
  const seen = { first: 0, bytes: 0, bad: 0, wrongKept: 0, blamed: [] as BadSource[] };
  await download({
    content,
    identity: caller,
    random: seededRandom(1, 'test'),
    bytes,
    token: async () => token,
    findSources: async () => from,
    reportBadSource: (report) => seen.blamed.push(report),
    signal: AbortSignal.timeout(patienceMs),
    onFirstChunk: () => (seen.first += 1),
    onBytes: (count) => (seen.bytes += count),
    onBadChunk: () => (seen.bad += 1),
    onWrongKept: () => (seen.wrongKept += 1),
  });
  return seen;
}

test('a content comes whole from several sources, each chunk proved', async () => {
  const seen = await fetchFrom(await sources('ordinary', 'heavy-sharer', 'ordinary'));
  expect(seen).toMatchObject({ first: 1, bad: 0, wrongKept: 0, blamed: [] });
  expect(seen.bytes).toBeGreaterThanOrEqual(content.length);
});

test('wrong chunks are caught and blamed on who sent them, and the download ends with what others have', async () => {
  const [good, poisoner] = await sources('ordinary', 'poisoner');
  // Until the poisoner is found out, nobody else is known.
  let looks = 0;
  const from = (): Source[] => ((looks += 1) === 1 ? [poisoner!] : [poisoner!, good!]);
  const blamed: BadSource[] = [];
  let [bad, wrongKept] = [0, 0];
  await download({
    content,
    identity: caller,
    random: seededRandom(1, 'test'),
    bytes,
    token: async () => tokenOf(caller),
    findSources: async () => from(),
    reportBadSource: (report) => blamed.push(report),
    signal: AbortSignal.timeout(100_000),
    onFirstChunk: () => undefined,
    onBytes: () => undefined,
    onBadChunk: () => (bad += 1),
    onWrongKept: () => (wrongKept += 1),
  });
  expect(bad).toBeGreaterThan(0);
  expect(wrongKept).toBe(0);
  expect(blamed.map(({ deviceId, code }) => [deviceId, code])).toEqual([[poisoner!.deviceId, 'bad_chunk']]);
});

test('a liar has nothing of what it published, and is passed over', async () => {
  expect(await fetchFrom(await sources('liar', 'ordinary'))).toMatchObject({ bad: 0, blamed: [] });
});

test('with nobody but a liar the download ends when patience does', async () => {
  await expect(fetchFrom(await sources('liar'), tokenOf(caller), 2_000)).rejects.toMatchObject({
    code: 'timeout',
  });
});

test('a token of another key gets nothing', async () => {
  await expect(fetchFrom(await sources('ordinary'), 'token-of-somebody', 2_000)).rejects.toMatchObject({
    code: 'timeout',
  });
});
