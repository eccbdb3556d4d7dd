/** Lists of bans: what an import would do, line by line, and the import. */
import {
  evidenceText,
  parseBanList,
  toBanyanError,
  type BanListLine,
  type BanListRequest,
  type BanListResponse,
  type ParsedBan,
} from '@banyan/proto';
import type { Clock } from '@banyan/kit';
import type { Bans, NewBan } from '../bans.ts';
import { byOperator } from '../decision.ts';
import type { createBanSubjects } from './ban-subject.ts';
import type { Caller } from './guard.ts';

export interface BanImport {
  /**
   * Judges each line of a list; nobody is banned.
   *
   * @throws BanyanError as `parseBanList`
   */
  plan(text: string, caller: Caller): Promise<BanListLine[]>;
  /** Bans by those lines that change something, unless some are wrong and not to be left out. */
  apply(request: BanListRequest, caller: Caller): Promise<BanListResponse>;
}

/** Makes the import. */
export function createBanImport(components: {
  readonly bans: Bans;
  readonly subjectOf: ReturnType<typeof createBanSubjects>;
  readonly clock: Pick<Clock, 'now'>;
}): BanImport {
  const { bans, subjectOf, clock } = components;

  async function judged(ban: ParsedBan, caller: Caller, seen: Set<string>): Promise<BanListLine> {
    const { line, kind, id } = ban;
    const nothing = { name: '', devices: 0 };
    if ('problem' in ban)
      return {
        ...{ line, verdict: 'wrong', kind, id, problem: ban.problem },
        ...{ until: null, reason: '', ...nothing },
      };
    const { until, reason, evidence } = ban;
    const told = {
      ...{ line, kind: ban.kind, until, reason },
      ...(evidence === undefined ? {} : { evidence: [...evidence] }),
    };
    try {
      const found = await subjectOf(ban.kind, id, caller);
      const key = `${ban.kind} ${found.id}`;
      const verdict = async (): Promise<BanListLine['verdict']> => {
        if (seen.has(key)) return 'twice';
        seen.add(key);
        if (until !== null && until * 1000 <= clock.now()) return 'over';
        const now = await bans.inForce(ban.kind, found.id);
        if (now === undefined) return 'new';
        // A list that says nothing of evidence, as those of older versions, asks for no other.
        const isProved =
          evidence === undefined || evidenceText(evidence) === evidenceText(now.evidence ?? []);
        return now.until === until && now.reason === reason && isProved ? 'same' : 'replaces';
      };
      return { ...told, ...found, verdict: await verdict() };
    } catch (error) {
      const known = toBanyanError(error);
      // What is wrong with a line is told in its place; a store that is away is not the line's fault.
      if (known.retryable) throw known;
      return { ...told, id, ...nothing, verdict: 'wrong', problem: known.message };
    }
  }

  async function plan(text: string, caller: Caller): Promise<BanListLine[]> {
    const seen = new Set<string>();
    const lines: BanListLine[] = [];
    for (const ban of parseBanList(text)) lines.push(await judged(ban, caller, seen));
    return lines;
  }

  return {
    plan,
    async apply({ text, skipWrong = false }, caller) {
      const lines = await plan(text, caller);
      if (!skipWrong && lines.some(({ verdict }) => verdict === 'wrong')) return { lines, isDone: false };
      const wanted = lines.flatMap(({ verdict, kind, id, until, reason, evidence }): NewBan[] =>
        kind !== null && (verdict === 'new' || verdict === 'replaces')
          ? [{ kind, id, until, reason, ...(evidence === undefined ? {} : { evidence }) }]
          : [],
      );
      await bans.banAll(wanted, byOperator(caller.account, '').by);
      return { lines, isDone: true };
    },
  };
}
