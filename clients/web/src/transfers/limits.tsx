import type { LIMIT_WORDS } from '@banyan/proto';
import {
  limitText,
  MAX_DOWNLOADS_AT_ONCE,
  parseLimit,
  parseScheduleRule,
  scheduleRuleText,
  type LimitsPatch,
  type LimitsView,
} from '@banyan/proto';
import { useId, useState } from 'react';
import { useI18n, type I18n } from '../i18n/i18n.tsx';
import type { MessageKey } from '../i18n/messages.ts';
import { useClient } from '../live/client.tsx';
import { useNow } from '../live/use-now.ts';
import { ExpandIcon, ProblemIcon } from '../ui/icons.tsx';
import { useNotices } from '../ui/notices.tsx';
import { failureText } from '../ui/problem.tsx';

type LimitName = (typeof LIMIT_WORDS)[number][1];

const LABELS: Readonly<Record<LimitName, MessageKey>> = {
  down: 'limits.down',
  up: 'limits.up',
  downEach: 'limits.down.each',
  upEach: 'limits.up.each',
};
const FIELDS: readonly LimitName[] = ['down', 'up', 'downEach', 'upEach'];

interface Draft {
  readonly limits: Readonly<Record<LimitName, string>>;
  readonly schedule: string;
  readonly atOnce: string;
}

const written = (limit: number | null): string => (limit === null ? '' : limitText(limit));

/** The fields as they are filled in for what is set. */
function draftOf(view: LimitsView): Draft {
  const { up, down, upEach, downEach } = view.limits;
  return {
    limits: { up: written(up), down: written(down), upEach: written(upEach), downEach: written(downEach) },
    schedule: view.schedule.map(scheduleRuleText).join('\n'),
    atOnce: String(view.downloadsAtOnce),
  };
}

/**
 * What the fields say; an empty limit is none.
 *
 * @throws BanyanError `invalid_request` that says which field is not understood
 */
function patchOf({ limits, schedule, atOnce }: Draft): LimitsPatch {
  const read = (text: string): number | null => (text.trim() === '' ? null : parseLimit(text));
  const rules = schedule.split('\n').filter((line) => line.trim() !== '');
  return {
    limits: {
      up: read(limits.up),
      down: read(limits.down),
      upEach: read(limits.upEach),
      downEach: read(limits.downEach),
    },
    schedule: rules.map(parseScheduleRule),
    downloadsAtOnce: Math.max(1, Math.min(MAX_DOWNLOADS_AT_ONCE, Math.round(Number(atOnce)) || 1)),
  };
}

/** What holds now, in a sentence. */
export function limitWords({ now }: LimitsView, { t, format }: I18n, at: number): string {
  const { up, down } = now.limits;
  const rate = (limit: number | null): string => (limit === null ? t('limits.none') : format.rate(limit));
  const words =
    up === null && down === null ? t('limits.now.none') : t('limits.now', { down: rate(down), up: rate(up) });
  if (now.until === null) return words;
  const time = format.timeOfDay(now.until);
  const day = format.moment(now.until, at);
  return `${words} ${t('limits.until', { time: day === time ? time : `${day}, ${time}` })}`;
}

/** Speed limits, by the clock if wanted, and downloads at once. */
export function Limits({ view, canAct }: { view: LimitsView; canAct: boolean }) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useClient();
  const notices = useNotices();
  const now = useNow(false);
  const id = useId();
  // While somebody writes, what others set does not change the fields under their hands.
  const [draft, setDraft] = useState<Draft | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const isOpen = draft !== undefined;

  const save = async (filled: Draft) => {
    try {
      await client.changeLimits(patchOf(filled));
      setDraft(undefined);
      setProblem(undefined);
      notices.done(t('limits.saved'));
    } catch (error) {
      setProblem(failureText(i18n, error));
    }
  };

  return (
    <section className="limits" aria-labelledby={`${id}-heading`}>
      <h2 id={`${id}-heading`}>{t('limits.title')}</h2>
      <p className="section-note">{limitWords(view, i18n, now)}</p>
      <button
        type="button"
        className="button button-text"
        aria-expanded={isOpen}
        aria-controls={`${id}-form`}
        onClick={() => {
          setDraft(isOpen ? undefined : draftOf(view));
          setProblem(undefined);
        }}
      >
        <ExpandIcon aria-hidden className="expand" />
        <span>{t('limits.change')}</span>
      </button>
      {draft === undefined ? null : (
        <form
          id={`${id}-form`}
          className="limits-form"
          onSubmit={(event) => {
            event.preventDefault();
            void save(draft);
          }}
        >
          {FIELDS.map((name) => (
            <label key={name}>
              <span>{t(LABELS[name])}</span>
              <input
                type="text"
                value={draft.limits[name]}
                placeholder={t('limits.none')}
                maxLength={32}
                autoComplete="off"
                spellCheck={false}
                onChange={(event) => {
                  setDraft({ ...draft, limits: { ...draft.limits, [name]: event.target.value } });
                }}
              />
            </label>
          ))}
          <label>
            <span>{t('limits.at.once')}</span>
            <input
              type="number"
              min={1}
              max={MAX_DOWNLOADS_AT_ONCE}
              value={draft.atOnce}
              onChange={(event) => {
                setDraft({ ...draft, atOnce: event.target.value });
              }}
            />
          </label>
          <label className="limits-schedule">
            <span>{t('limits.schedule')}</span>
            <textarea
              rows={3}
              value={draft.schedule}
              placeholder="mon-fri 08:00-18:00 up=500KB/s down=2MB/s"
              spellCheck={false}
              aria-describedby={`${id}-hint`}
              onChange={(event) => {
                setDraft({ ...draft, schedule: event.target.value });
              }}
            />
          </label>
          <p id={`${id}-hint`} className="section-note limits-schedule">
            {t('limits.hint')}
          </p>
          {problem === undefined ? null : (
            <p className="with-icon bad limits-schedule" role="alert">
              <ProblemIcon aria-hidden />
              <span>{problem}</span>
            </p>
          )}
          <button type="submit" className="button button-main" disabled={!canAct}>
            {t('limits.save')}
          </button>
        </form>
      )}
    </section>
  );
}
