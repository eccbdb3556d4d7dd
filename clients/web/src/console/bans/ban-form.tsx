import {
  contentKey,
  displayText,
  evidenceOf,
  MAX_EVIDENCE,
  MAX_EVIDENCE_CHARS,
  MAX_LINK_CHARS,
  parseLink,
  type BanImpact,
  type RevokeRequest,
} from '@banyan/proto';
import { useState, type SubmitEvent } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { isolate } from '../../i18n/messages.ts';
import { useSettled } from '../../live/use-settled.ts';
import { useNotices } from '../../ui/notices.tsx';
import { failureText } from '../../ui/problem.tsx';
import { useWords } from '../i18n/words.tsx';
import { useConsole, useMayAct } from '../session.tsx';
import { Failure } from '../ui/failure.tsx';
import { Choice, Field, Lines } from '../ui/field.tsx';
import { useLoad } from '../ui/use-load.ts';

type Kind = RevokeRequest['kind'];
const KINDS = ['account', 'device', 'content'] as const satisfies readonly Kind[];
const DAY_S = 24 * 3600;
const DURATIONS = { day: DAY_S, week: 7 * DAY_S, month: 30 * DAY_S } as const;
/** `until`: the end of a day that is chosen. */
const ENDS = ['day', 'week', 'month', 'until', 'forever'] as const;
type End = (typeof ENDS)[number];
const DEVICE_ID = /^[A-Za-z0-9_-]{43}$/;

/** Bans an account or device, or blocks a content: whom it would reach is shown before. */
export function BanForm({
  about,
  kind: startKind,
  startReason = '',
  startEvidence = '',
  onBanned,
}: {
  about: string | undefined;
  /** Default: what `about` looks like. */
  kind?: Kind;
  startReason?: string;
  /** A piece a line. */
  startEvidence?: string;
  onBanned: () => void;
}) {
  const i18n = useI18n();
  const { t } = useWords();
  const notices = useNotices();
  const { client, grave } = useConsole();
  const mayAct = useMayAct();
  const [kind, setKind] = useState<Kind>(
    startKind ?? (about !== undefined && DEVICE_ID.test(about) ? 'device' : 'account'),
  );
  const [id, setId] = useState(about ?? '');
  const [end, setEnd] = useState<End>('week');
  const [day, setDay] = useState('');
  const [reason, setReason] = useState(startReason);
  const [evidence, setEvidence] = useState(startEvidence);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | undefined>(undefined);
  const wanted = kind === 'content' ? contentOf(id) : id.trim();
  const asked = useSettled(wanted, 500);
  const impact = useLoad(`${kind} ${asked}`, async () =>
    asked === '' ? undefined : client.banImpact(kind, asked),
  );
  const known = impact.isBusy || asked !== wanted ? undefined : impact.value;

  const seconds = secondsTo(end, day);
  const pieces = evidenceOf(evidence);
  const tooMany = pieces.length > MAX_EVIDENCE || pieces.some((piece) => piece.length > MAX_EVIDENCE_CHARS);
  const limits = { count: MAX_EVIDENCE, chars: MAX_EVIDENCE_CHARS };
  const dayProblem = day !== '' && Number.isNaN(seconds) ? t('ban.day.wrong') : undefined;

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (known === undefined) return;
    setBusy(true);
    setFailure(undefined);
    try {
      const done = await grave(async () => {
        await client.revoke({
          ...{ kind, id: known.id, reason: reason.trim() },
          ...(pieces.length === 0 ? {} : { evidence: pieces }),
          ...(seconds === undefined ? {} : { seconds }),
        });
        return true;
      });
      if (done !== true) return;
      notices.done(t('ban.done'));
      setId('');
      setReason('');
      setEvidence('');
      onBanned();
    } catch (error) {
      setFailure(failureText(i18n, error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form className="form form-wide" aria-label={t('ban.new')} onSubmit={(event) => void submit(event)}>
      <div className="fields">
        <Choice
          label={t('ban.kind')}
          value={kind}
          options={KINDS.map((one) => [one, t(`ban.kind.${one}`)] as const)}
          onChange={setKind}
        />
        <Field
          label={t(`ban.id.${kind}`)}
          value={id}
          onChange={setId}
          maxLength={kind === 'content' ? MAX_LINK_CHARS : 128}
          autoComplete="off"
          required
        />
        <Choice
          label={t('ban.duration')}
          value={end}
          options={ENDS.map((one) => [one, t(`ban.for.${one}`)] as const)}
          onChange={setEnd}
        />
        {end === 'until' ? (
          <Field
            label={t('ban.day')}
            type="date"
            value={day}
            onChange={setDay}
            problem={dayProblem}
            required
          />
        ) : null}
        <Field
          label={t('reason')}
          value={reason}
          onChange={setReason}
          maxLength={500}
          hint={t('ban.reason.hint')}
          required
        />
        <Lines
          label={t('evidence')}
          value={evidence}
          onChange={setEvidence}
          hint={t('evidence.hint')}
          problem={tooMany ? t('evidence.wrong', limits) : undefined}
        />
      </div>
      <div className="effect" aria-live="polite">
        <h2>{t('impact.title')}</h2>
        {asked === '' ? (
          <p className="muted">{t('impact.ask')}</p>
        ) : known !== undefined ? (
          <Impact impact={known} />
        ) : (
          <p className="muted">{impact.isBusy ? t('decide.asking') : impact.failure}</p>
        )}
      </div>
      <Failure text={failure} />
      <p className="form-acts">
        <button
          type="submit"
          className="button button-bad"
          disabled={
            !mayAct ||
            isBusy ||
            known === undefined ||
            known.isSelf ||
            reason.trim() === '' ||
            tooMany ||
            Number.isNaN(seconds)
          }
        >
          {t(kind === 'content' ? 'ban.block' : 'ban.go')}
        </button>
      </p>
    </form>
  );
}

/** The id of a content that was given as such, or as the link that a page copies; anything else as it is. */
function contentOf(text: string): string {
  try {
    return contentKey(parseLink(text.trim()).content);
  } catch {
    return text.trim();
  }
}

/** How long from now; undefined: without an end; NaN: no such day, or it is over. */
function secondsTo(end: End, day: string): number | undefined {
  if (end === 'forever') return undefined;
  if (end !== 'until') return DURATIONS[end];
  const left = Math.floor((Date.parse(`${day}T23:59:59`) - Date.now()) / 1000);
  return left > 0 ? left : NaN;
}

/** Whom the ban would reach, in sentences. */
function Impact({ impact }: { impact: BanImpact }) {
  const { t, format } = useWords();
  const { kind, account, devices, supernodes, areHostsKnown, isSelf, isBanned } = impact;
  if (isSelf) return <p className="bad">{t('impact.self')}</p>;
  const leaves = supernodes.reduce((sum, host) => sum + host.leaves, 0);
  const named = (names: readonly string[]) =>
    format.list(names.slice(0, 5).map((name) => isolate(displayText(name, 40))));
  const who = account === null ? t('impact.nobody') : isolate(displayText(account, 64));
  return (
    <>
      {isBanned ? <p className="warn">{t('impact.again')}</p> : null}
      <p>
        {kind === 'content'
          ? t('impact.content')
          : kind === 'account'
            ? t('impact.account', { who, count: devices.length })
            : t('impact.device', { who })}
      </p>
      {kind === 'account' && devices.length > 0 ? (
        <p className="muted">{t('impact.devices', { names: named(devices.map(({ name }) => name)) })}</p>
      ) : null}
      {supernodes.length === 0 ? null : (
        <p className="warn">
          {t('impact.supernodes', { names: named(supernodes.map(({ name }) => name)), leaves })}
        </p>
      )}
      {areHostsKnown || supernodes.length > 0 || devices.length === 0 ? null : (
        <p className="warn">{t('impact.unknown')}</p>
      )}
    </>
  );
}
