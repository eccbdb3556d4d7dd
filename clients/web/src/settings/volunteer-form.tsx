import {
  hoursText,
  limitText,
  parseBandwidth,
  parseHours,
  parseMemory,
  type VolunteerOffer,
  type VolunteerView,
} from '@banyan/proto';
import { useId, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { useClient } from '../live/client.tsx';
import { ExpandIcon, ProblemIcon } from '../ui/icons.tsx';
import { useNotices } from '../ui/notices.tsx';
import { failureText } from '../ui/problem.tsx';

const CAPS = ['maxLeaves', 'memoryBytes', 'cpu', 'bytesPerSecond'] as const;
type Draft = Readonly<Record<(typeof CAPS)[number] | 'region' | 'hours', string>>;

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** Memory as `parseMemory` reads it, without loss. */
function memoryText(bytes: number): string {
  if (bytes % GIB === 0) return `${bytes / GIB}GiB`;
  return bytes % MIB === 0 ? `${bytes / MIB}MiB` : `${bytes}B`;
}

function draftOf({ caps, region, hours }: VolunteerView): Draft {
  return {
    maxLeaves: String(caps.maxLeaves),
    memoryBytes: memoryText(caps.memoryBytes),
    cpu: String(caps.cpu),
    bytesPerSecond: limitText(caps.bytesPerSecond),
    region: region ?? '',
    hours: hours.map(hoursText).join('\n'),
  };
}

/** @throws BanyanError `invalid_request` that says which field is not understood */
function offerOf(draft: Draft): VolunteerOffer {
  return {
    caps: {
      maxLeaves: Math.round(Number(draft.maxLeaves)),
      memoryBytes: parseMemory(draft.memoryBytes),
      cpu: Number(draft.cpu),
      bytesPerSecond: parseBandwidth(draft.bytesPerSecond),
    },
    region: draft.region.trim() === '' ? null : draft.region.trim(),
    hours: draft.hours
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map(parseHours),
  };
}

/** What the owner lets a supernode here have: caps, hours, and the region it is in. */
export function VolunteerForm({ view, canAct }: { view: VolunteerView; canAct: boolean }) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useClient();
  const notices = useNotices();
  const id = useId();
  // While somebody writes, what others set does not change the fields under their hands.
  const [draft, setDraft] = useState<Draft | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const isOpen = draft !== undefined;

  const save = async (filled: Draft) => {
    try {
      await client.offer(offerOf(filled));
      setDraft(undefined);
      setProblem(undefined);
      notices.done(t('volunteer.saved'));
    } catch (error) {
      setProblem(failureText(i18n, error));
    }
  };

  return (
    <>
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
        <span>{t('volunteer.change')}</span>
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
          {CAPS.map((cap) => (
            <label key={cap}>
              <span>{t(`volunteer.cap.${cap}`)}</span>
              <input
                type={cap === 'maxLeaves' || cap === 'cpu' ? 'number' : 'text'}
                min={cap === 'cpu' ? 0.05 : 1}
                max={cap === 'cpu' ? 1024 : 1_000_000}
                step={cap === 'cpu' ? 0.05 : 1}
                required
                maxLength={32}
                value={draft[cap]}
                onChange={(event) => {
                  setDraft({ ...draft, [cap]: event.target.value });
                }}
              />
              <span className="section-note">
                {t(view.force[cap] === 'enforced' ? 'volunteer.enforced' : 'volunteer.advisory')}
              </span>
            </label>
          ))}
          <label>
            <span>{t('volunteer.region')}</span>
            <input
              type="text"
              maxLength={64}
              value={draft.region}
              onChange={(event) => {
                setDraft({ ...draft, region: event.target.value });
              }}
            />
          </label>
          <label className="limits-schedule">
            <span>{t('volunteer.hours')}</span>
            <textarea
              rows={2}
              value={draft.hours}
              placeholder="mon-fri 08:00-20:00"
              spellCheck={false}
              aria-describedby={`${id}-hint`}
              onChange={(event) => {
                setDraft({ ...draft, hours: event.target.value });
              }}
            />
          </label>
          <p id={`${id}-hint`} className="section-note limits-schedule">
            {t('volunteer.hint')}
          </p>
          {problem === undefined ? null : (
            <p className="with-icon bad limits-schedule" role="alert">
              <ProblemIcon aria-hidden />
              <span>{problem}</span>
            </p>
          )}
          <button type="submit" className="button button-main" disabled={!canAct}>
            {t(view.offered ? 'volunteer.save' : 'volunteer.save.offer')}
          </button>
        </form>
      )}
    </>
  );
}
