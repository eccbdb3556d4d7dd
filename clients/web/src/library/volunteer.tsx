import type { CriterionName, CriterionView, VolunteerView } from '@banyan/proto';
import { useId, useState } from 'react';
import { useI18n, type I18n } from '../i18n/i18n.tsx';
import type { MessageKey } from '../i18n/messages.ts';
import { useClient } from '../live/client.tsx';
import { useView } from '../live/use-view.ts';
import { DoneIcon, ExpandIcon, ProblemIcon } from '../ui/icons.tsx';
import { failureText } from '../ui/problem.tsx';

/** What a figure of a criterion is. */
const KINDS: Readonly<Record<CriterionName, 'count' | 'bytes' | 'rate' | 'ms' | 'time' | 'yes'>> = {
  offered: 'yes',
  heard: 'time',
  cores: 'count',
  memory: 'bytes',
  descriptors: 'count',
  disk: 'bytes',
  loop_delay: 'ms',
  reachable: 'yes',
  measured: 'time',
  round_trip: 'ms',
  throughput: 'rate',
  session: 'time',
  clock_skew: 'ms',
};

function figure({ t, format }: I18n, name: CriterionName, value: number): string {
  switch (KINDS[name]) {
    case 'count':
      return format.number(value);
    case 'bytes':
      return format.bytes(value);
    case 'rate':
      return format.rate(value);
    case 'ms':
      return format.seconds(value);
    case 'time':
      return format.wait(value);
    case 'yes':
      return t(value >= 1 ? 'volunteer.yes' : 'volunteer.no');
  }
}

function statusKey({ offered, order, criteria, supernode }: VolunteerView): MessageKey {
  if (!offered) return supernode.state === 'none' ? 'volunteer.note' : 'volunteer.stopping';
  switch (order?.role) {
    case 'promoting':
    case 'proving':
      return 'volunteer.promoting';
    case 'serving':
      return 'volunteer.serving';
    case 'draining':
      return 'volunteer.draining';
    default:
      if (criteria.length === 0) return 'volunteer.waiting';
      return criteria.every(({ passed }) => passed) ? 'volunteer.fit' : 'volunteer.unfit';
  }
}

/** The owner's offer of this device as a supernode, how it is judged, and what came of it. */
export function Volunteer({ canAct }: { canAct: boolean }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const client = useClient();
  const id = useId();
  const [isBusy, setBusy] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const [failure, setFailure] = useState<string | undefined>(undefined);
  const view = useView('volunteer', { count: 1 }).frame?.rows[0];
  if (view === undefined) return null;
  const { offered, caps, criteria, order, problem, supernode } = view;
  const problems = [failure, supernode.problem?.message, problem?.message].filter(
    (text) => text !== undefined,
  );

  const change = async (isOn: boolean) => {
    setBusy(true);
    setFailure(undefined);
    try {
      await (isOn ? client.offer({}) : client.withdraw());
    } catch (error) {
      setFailure(failureText(i18n, error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <section className="volunteer" aria-labelledby={`${id}-heading`}>
      <h2 id={`${id}-heading`}>{t('volunteer.title')}</h2>
      <label className="volunteer-switch">
        <input
          type="checkbox"
          role="switch"
          checked={offered}
          disabled={!canAct || isBusy}
          onChange={(event) => void change(event.target.checked)}
        />
        <span>{t('volunteer.offer')}</span>
      </label>
      <p className="section-note">
        {t(statusKey(view))}
        {offered
          ? ` ${t('volunteer.caps', { leaves: format.number(caps.maxLeaves), memory: format.bytes(caps.memoryBytes) })}`
          : ''}
        {offered && order !== null && order.role !== 'leaf' ? ` ${order.reason}` : ''}
      </p>
      {problems.map((text) => (
        <p key={text} className="with-icon bad" role="alert">
          <ProblemIcon aria-hidden />
          <span>{text}</span>
        </p>
      ))}
      {!offered || criteria.length === 0 ? null : (
        <>
          <button
            type="button"
            className="button button-text"
            aria-expanded={isOpen}
            aria-controls={`${id}-criteria`}
            onClick={() => {
              setOpen(!isOpen);
            }}
          >
            <ExpandIcon aria-hidden className="expand" />
            <span>{t('volunteer.criteria')}</span>
          </button>
          {isOpen ? (
            <ul id={`${id}-criteria`} className="criteria" role="list">
              {criteria.map((one) => (
                <Criterion key={one.name} criterion={one} />
              ))}
            </ul>
          ) : null}
        </>
      )}
    </section>
  );
}

function Criterion({ criterion }: { criterion: CriterionView }) {
  const i18n = useI18n();
  const { t } = i18n;
  const { name, value, threshold, bound, passed, origin } = criterion;
  const shown = value === null ? t('volunteer.unknown') : figure(i18n, name, value);
  const Icon = passed ? DoneIcon : ProblemIcon;
  return (
    <li className={passed ? 'with-icon' : 'with-icon bad'}>
      <Icon role="img" aria-label={t(passed ? 'volunteer.passed' : 'volunteer.failed')} />
      <span>
        {t(`criterion.${name}`)}
        {': '}
        {KINDS[name] === 'yes'
          ? shown
          : t(bound === 'at least' ? 'volunteer.at.least' : 'volunteer.at.most', {
              value: shown,
              threshold: figure(i18n, name, threshold),
            })}
        <span className="muted">{` · ${t(`volunteer.by.${origin}`)}`}</span>
      </span>
    </li>
  );
}
