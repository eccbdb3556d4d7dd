import { hoursText, type CriterionView, type VolunteerView } from '@banyan/proto';
import { useId, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import type { MessageKey } from '../i18n/messages.ts';
import { useClient } from '../live/client.tsx';
import { useView } from '../live/use-view.ts';
import { criterionFigure, isYesOrNo } from '../ui/criteria.ts';
import { DoneIcon, ExpandIcon, ProblemIcon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { failureText } from '../ui/problem.tsx';
import { VolunteerForm } from './volunteer-form.tsx';

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
  const { t, rich, format } = i18n;
  const client = useClient();
  const id = useId();
  const [isBusy, setBusy] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const [failure, setFailure] = useState<string | undefined>(undefined);
  const view = useView('volunteer', { count: 1 }).frame?.rows[0];
  if (view === undefined) return null;
  const { offered, caps, criteria, hours, order, problem, region, supernode } = view;
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
      {offered && (hours.length > 0 || region !== null) ? (
        <p className="section-note">
          {hours.length === 0
            ? null
            : t(view.withinHours ? 'volunteer.within' : 'volunteer.outside', {
                hours: format.list(hours.map(hoursText)),
              })}{' '}
          {region === null ? null : rich('volunteer.region.is', { region: <Name text={region} /> })}
        </p>
      ) : null}
      <VolunteerForm view={view} canAct={canAct} />
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
  const shown =
    value === null
      ? t(origin === 'home' ? 'volunteer.unmeasured' : 'volunteer.unknown')
      : criterionFigure(i18n, name, value);
  const Icon = passed ? DoneIcon : ProblemIcon;
  return (
    <li className={passed ? 'with-icon' : 'with-icon bad'}>
      <Icon role="img" aria-label={t(passed ? 'volunteer.passed' : 'volunteer.failed')} />
      <span>
        {t(`criterion.${name}`)}
        {': '}
        {isYesOrNo(name)
          ? shown
          : t(bound === 'at least' ? 'volunteer.at.least' : 'volunteer.at.most', {
              value: shown,
              threshold: criterionFigure(i18n, name, threshold),
            })}
        <span className="muted">{` · ${t(`volunteer.by.${origin}`)}`}</span>
        {name === 'version' && !passed
          ? ` · ${t('volunteer.update', { version: criterionFigure(i18n, name, threshold) })}`
          : null}
      </span>
    </li>
  );
}
