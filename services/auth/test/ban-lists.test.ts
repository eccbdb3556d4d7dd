import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MAX_BAN_LIST_LINES, type AuditResponse, type BanListResponse } from '@banyan/proto';
import { enrolMember, enrolOperator, startAuth, type AuthUnderTest, type TestDevice } from './harness.ts';

const CONTENT = `${'ab'.repeat(32)}-1048576`;

let auth: AuthUnderTest;
let operator: TestDevice;

beforeAll(async () => {
  auth = await startAuth();
  operator = await enrolOperator(auth, 'olga');
});
afterAll(() => auth.stop());

const post = (what: 'plan' | 'import', body: unknown) =>
  operator.call('POST', `/v1/operator/bans/${what}`, body);
const judged = ({ lines }: BanListResponse): [number, string][] =>
  lines.map(({ line, verdict }) => [line, verdict]);
async function deltas(): Promise<number> {
  return ((await auth.get('/v1/revocations')).body as { signed: string[] }).signed.length;
}

describe('a list of bans', () => {
  it('is judged line by line, and bans whom it says in one delta', async () => {
    const phone = await enrolMember(auth, 'mallory');
    await enrolMember(auth, 'walt');
    await operator.call('POST', '/v1/operator/revocations', {
      ...{ kind: 'content', id: CONTENT, reason: 'a court order' },
    });
    await operator.call('POST', '/v1/operator/revocations', { kind: 'account', id: 'walt', reason: 'spam' });
    const text = [
      'kind,id,until,reason',
      `device,${phone.key.deviceId},2099-01-31,spreads poison`,
      'account,MALLORY,,spreads poison',
      'account,walt,2099-01-31,more spam',
      `content,${CONTENT},,a court order`,
      'account,mallory,,once more',
      'account,olga,,revenge',
      'account,nobody,,spam',
      'device,too-short,,spam',
      `content,${'cd'.repeat(32)}-1,2020-01-01,of long ago`,
    ].join('\n');
    const plan = await post('plan', { text });
    expect(plan.status).toBe(200);
    const verdicts = [
      [2, 'new'],
      [3, 'new'],
      [4, 'replaces'],
      [5, 'same'],
      [6, 'twice'],
      [7, 'wrong'],
      [8, 'wrong'],
      [9, 'wrong'],
      [10, 'over'],
    ];
    expect(judged(plan.body as BanListResponse)).toEqual(verdicts);
    expect(plan.body.lines[1]).toMatchObject({ name: 'mallory', devices: 1, id: expect.stringMatching(/-/) });
    expect(plan.body.lines[5].problem).toContain('cannot do this to themselves');
    expect(plan.body.lines[6].problem).toContain('no such account');

    const before = await deltas();
    const refused = await post('import', { text });
    expect([refused.status, refused.body.isDone]).toEqual([200, false]);
    expect(await deltas()).toBe(before);
    const done = await post('import', { text, skipWrong: true });
    expect([done.body.isDone, judged(done.body as BanListResponse)]).toEqual([true, verdicts]);
    expect(await deltas()).toBe(before + 1);
    expect((await phone.tokenAnswer()).status).toBeGreaterThanOrEqual(400);
    const { body } = await operator.call('GET', '/v1/operator/bans');
    expect(body.bans).toHaveLength(4);

    const audit = (await operator.call('GET', '/v1/operator/audit?limit=500')).body as AuditResponse;
    expect(
      audit.entries
        .filter(({ reason }) => ['spreads poison', 'more spam'].includes(reason))
        .map(({ action }) => action)
        .sort(),
    ).toEqual(['account.banned', 'account.banned', 'device.banned']);
    // Another time nothing is left to do.
    const again = await post('plan', { text });
    expect(judged(again.body as BanListResponse).slice(0, 4)).toEqual([
      [2, 'same'],
      [3, 'same'],
      [4, 'same'],
      [5, 'same'],
    ]);
  });

  it.each(['csv', 'json'])('goes out as %s and comes in again as it is', async (format) => {
    const file = await operator.call('GET', `/v1/operator/bans/export?format=${format}`);
    expect(file.status).toBe(200);
    const text = typeof file.body === 'string' ? file.body : JSON.stringify(file.body);
    const plan = await post('plan', { text });
    expect((plan.body as BanListResponse).lines.map(({ verdict }) => verdict)).toEqual(Array(4).fill('same'));
  });

  it('carries what bans stand on, and asks for no other where it says nothing of it', async () => {
    await enrolMember(auth, 'trudy');
    const ban = { kind: 'account', id: 'trudy', reason: 'spam' };
    const evidence = ['report 12', 'https://wiki.example.org/12'];
    const made = await operator.call('POST', '/v1/operator/revocations', { ...ban, evidence });
    expect(made.status).toBe(200);
    const file = await operator.call('GET', '/v1/operator/bans/export?format=csv');
    expect(file.body).toContain('"report 12\nhttps://wiki.example.org/12"');
    const verdictOf = async (list: readonly object[]): Promise<unknown> => {
      const { body } = await post('plan', { text: JSON.stringify(list) });
      return (body as BanListResponse).lines.map(({ verdict, evidence: told }) => [verdict, told]);
    };
    expect(await verdictOf([ban])).toEqual([['same', undefined]]);
    expect(await verdictOf([{ ...ban, evidence }])).toEqual([['same', evidence]]);
    expect(await verdictOf([{ ...ban, evidence: ['report 13'] }])).toEqual([['replaces', ['report 13']]]);
    const done = await post('import', { text: JSON.stringify([{ ...ban, evidence: ['report 13'] }]) });
    expect(done.body.isDone).toBe(true);
    const { bans } = (await operator.call('GET', '/v1/operator/bans')).body;
    expect(bans.find(({ name }: { name: string }) => name === 'trudy')).toMatchObject({
      evidence: ['report 13'],
    });
    await operator.call('POST', '/v1/operator/revocations', { ...ban, seconds: 0 });
  });

  it('may be as long as a list can be, and no longer', async () => {
    const line = (i: number): string => `device,${String(i).padStart(42, '-')}A,2099-01-31,榕樹榕樹榕樹榕樹`;
    const text = (count: number): string =>
      `kind,id,until,reason\n${Array.from({ length: count }, (_, i) => line(i)).join('\n')}`;
    const before = await deltas();
    const done = await post('import', { text: text(MAX_BAN_LIST_LINES) });
    expect([done.status, done.body.isDone]).toEqual([200, true]);
    expect((await deltas()) - before).toBe(4);
    const long = await post('plan', { text: text(MAX_BAN_LIST_LINES + 1) });
    expect([long.status, long.body.error.code]).toEqual([413, 'limit_exceeded']);
    expect((await post('plan', { text: 'x'.repeat(2_000_000) })).status).toBeGreaterThanOrEqual(400);
  });

  it('is for operators alone', async () => {
    const member = await enrolMember(auth, 'peggy');
    for (const path of ['/v1/operator/bans', '/v1/operator/bans/export?format=csv'])
      expect((await member.call('GET', path)).status).toBe(403);
    for (const what of ['plan', 'import'])
      expect((await member.call('POST', `/v1/operator/bans/${what}`, { text: 'x' })).status).toBe(403);
  });
});
