import { describe, expect, it } from '@jest/globals';
import {
  banListText,
  MAX_BAN_LIST_LINES,
  MAX_EVIDENCE,
  MAX_EVIDENCE_CHARS,
  parseBanList,
  type BanListFormat,
  type ConsoleBan,
} from '../src/index.ts';

const BANS: ConsoleBan[] = [
  {
    ...{ kind: 'account', id: '0f0e0d0c-0b0a-4908-8706-050403020100', name: '=mallory, "the poisoner"' },
    ...{
      until: 1_800_000_000,
      reason: 'spreads\npoison; see "report 12"',
      by: '榕樹',
      at: 1_790_000_000_000,
    },
    evidence: ['=cmd|"/c calc"', 'https://wiki.example.org/12, "the log"', '舉報 12'],
  },
  {
    ...{
      kind: 'content',
      id: `${'ab'.repeat(32)}-1048576`,
      name: '',
      until: null,
      reason: '-1, a court order',
    },
    ...{ by: 'olga', at: 1_790_000_000_000 },
  },
];

async function* stream(): AsyncGenerator<ConsoleBan> {
  await Promise.resolve();
  yield* BANS;
}
async function written(format: BanListFormat): Promise<string> {
  let text = '';
  for await (const piece of banListText(stream(), format)) text += piece;
  return text;
}

describe('a list of bans', () => {
  it.each<BanListFormat>(['csv', 'json'])('as %s comes back as it was written', async (format) => {
    expect(parseBanList(await written(format)).map(({ line: _, ...ban }) => ban)).toEqual(
      BANS.map(({ kind, id, until, reason, evidence }) => ({
        ...{ kind, id, until, reason },
        ...(evidence === undefined ? {} : { evidence }),
      })),
    );
  });

  it('of before there was evidence says nothing of it, and so does one that leaves it empty', () => {
    const [id, at] = ['ada', '2026-11-27T12:00:00.000Z'];
    for (const text of [
      `kind,id,until,reason,name,by,at\r\n"account","ada","","spam","","olga","${at}"\r\n`,
      `{"format":"banyan-bans","version":1,"bans":[{"kind":"account","id":"${id}","until":null,"reason":"spam","by":"olga","at":"${at}"}]}`,
      'kind,id,reason,evidence\naccount,ada,spam," \n\t"',
      '[{"kind":"account","id":"ada","reason":"spam","evidence":[]}]',
    ])
      expect(parseBanList(text)).toEqual([
        { line: expect.any(Number), kind: 'account', id, until: null, reason: 'spam' },
      ]);
  });

  it('takes evidence as tables and JSON have it, within its bounds', () => {
    const evidenceIn = (text: string): unknown => {
      const [ban] = parseBanList(text);
      return ban === undefined || 'problem' in ban ? ban?.problem : ban.evidence;
    };
    const json = (evidence: unknown): string =>
      JSON.stringify([{ kind: 'account', id: 'ada', reason: 'spam', evidence }]);
    expect(evidenceIn('kind,id,reason,Evidence\naccount,ada,spam,"report 12\r\n\r\n see the log "')).toEqual([
      'report 12',
      'see the log',
    ]);
    expect(evidenceIn(json('one\ntwo'))).toEqual(['one', 'two']);
    expect(evidenceIn(json(Array(MAX_EVIDENCE).fill('x'.repeat(MAX_EVIDENCE_CHARS))))).toHaveLength(
      MAX_EVIDENCE,
    );
    expect(evidenceIn(json(Array(MAX_EVIDENCE + 1).fill('x')))).toBe(
      'It has 11 pieces of evidence; there may be 10.',
    );
    expect(evidenceIn(json(['x', 'x'.repeat(MAX_EVIDENCE_CHARS + 1)]))).toContain('Piece 2 of its evidence');
    for (const wrong of [7, {}, ['x', 7], true]) expect(evidenceIn(json(wrong))).toContain('must be a text');
  });

  it('as a table holds nothing that a spreadsheet takes for a formula', async () => {
    expect(await written('csv')).toContain(`"'=mallory, ""the poisoner"""`);
  });

  it('of nobody is a list too', async () => {
    const nobody = async function* (): AsyncGenerator<ConsoleBan> {
      /* nobody */
    };
    for (const format of ['csv', 'json'] as const) {
      let text = '';
      for await (const piece of banListText(nobody(), format)) text += piece;
      expect(parseBanList(text)).toEqual([]);
    }
  });

  it('is taken as people and spreadsheets write it', () => {
    const ban = { kind: 'account', id: 'ada', until: null, reason: 'spam' };
    const until = Date.UTC(2027, 0, 31) / 1000;
    for (const text of [
      'kind,id,until,reason\naccount,ada,,spam\ndevice,x,2027-01-31,spam',
      '\uFEFFReason;Kind;Id;Until;note\r\nspam;Account;ada;;-\r\n\r\nspam;device;x;2027-01-31T01:00:00+01:00;\r\n',
      'kind\tid\treason\tuntil\raccount\tada\tspam\t\rdevice\tx\tspam\t2027-01-31T00:00Z',
      '[{"kind":"account","id":"ada","reason":"spam"},{"kind":"device","id":"x","reason":"spam","until":"2027-01-31"}]',
    ])
      expect(parseBanList(text).map(({ line: _, ...rest }) => rest)).toEqual([
        ban,
        { ...ban, kind: 'device', id: 'x', until },
      ]);
  });

  it('says of each line what is wrong with it, and which line that is', () => {
    const text = [
      'kind,id,until,reason',
      'person,ada,,spam',
      'account,,,spam',
      'account,"ada\nof two lines",,',
      `account,${'x'.repeat(129)},,spam`,
      `account,ada,,${'x'.repeat(501)}`,
      'account,ada,tomorrow,spam',
      'account,ada,2027-13-01,spam',
      'account',
    ].join('\n');
    expect(
      parseBanList(text).map((ban) => [ban.line, 'problem' in ban ? ban.problem.slice(0, 14) : 'right']),
    ).toEqual([
      [2, 'Its kind must '],
      [3, 'It does not sa'],
      [4, 'It gives no re'],
      [6, 'Its id has mor'],
      [7, 'Its reason has'],
      [8, 'Its until is n'],
      [9, 'Its until is n'],
      [10, 'It does not sa'],
    ]);
    expect(parseBanList('[1, {"kind": 3}, null]').map(({ line }) => line)).toEqual([1, 2, 3]);
  });

  it.each([
    ['', 'empty'],
    ['who,why\nada,spam', 'kind, id, reason are missing'],
    ['kind,id,reason\naccount,"ada,spam', 'never closed'],
    ['kind,id,reason\naccount,"ada"x,spam', 'behind a closing quote'],
    ['{"bans": []}', 'format "banyan-bans"'],
    ['[{', 'not JSON'],
    [`kind,id,reason\n${'account,ada,spam\n'.repeat(MAX_BAN_LIST_LINES + 1)}`, 'Cut it into several'],
  ])('that is none is refused: %j', (text, words) => {
    expect(() => parseBanList(text)).toThrow(words);
  });
});
