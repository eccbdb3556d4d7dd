import type { CriterionView, HostDetails } from '@banyan/proto';
import { useState } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { criterionFigure, isYesOrNo } from '../../ui/criteria.ts';
import { useNow } from '../../live/use-now.ts';
import { DoneIcon, ProblemIcon } from '../../ui/icons.tsx';
import { Name } from '../../ui/name.tsx';
import { BansIcon, CordonIcon, DrainIcon } from '../icons.ts';
import { useWords } from '../i18n/words.tsx';
import { faceHref } from '../route.ts';
import { useMayAct } from '../session.tsx';
import { useAnswerText } from '../ui/answer-text.ts';
import { Author } from '../ui/author.tsx';
import { Failure } from '../ui/failure.tsx';
import { ListProblem } from '../ui/list-problem.tsx';
import { State } from '../ui/state.tsx';
import { useConsoleView } from '../ui/use-console-view.ts';
import { useMoment } from '../ui/use-moment.ts';
import { ACT_ICONS, actsOf, useActText, type Act } from './act.ts';
import { DecisionDialog } from './decision-dialog.tsx';
import { LoadBar } from './hosts-page.tsx';

/** One host: what it is and why, how it does, how it is judged, and what can be decided about it. */
export function HostPage({ deviceId }: { deviceId: string }) {
  const { t, format } = useWords();
  const moment = useMoment();
  const answerText = useAnswerText();
  const { frame, failure } = useConsoleView('host', { id: deviceId });
  const host = frame?.rows[0];
  if (frame?.at === 0)
    return (
      <>
        <h1>{t('host.unknown')}</h1>
        <ListProblem of={frame} />
      </>
    );
  if (host === undefined)
    return failure === undefined ? (
      <p className="muted">{t('loading')}</p>
    ) : (
      <div className="panel">
        <h1>{t('host.gone')}</h1>
        <p>{failure.message}</p>
        <a className="button" href={faceHref('supernodes')}>
          {t('nav.supernodes')}
        </a>
      </div>
    );
  const { order, fault, load, caps, leaves, capacity, answers } = host;
  const isSupernode = order.role !== 'leaf';
  const facts: readonly (readonly [string, string])[] = [
    ...(load === undefined
      ? []
      : [
          [t('column.records'), format.number(load.records)] as const,
          [t('host.links'), format.number(load.links)] as const,
          [t('column.delay'), t('ms', { ms: Math.round(load.loopDelayMs * 10) / 10 })] as const,
        ]),
    ...(load?.rates === undefined
      ? []
      : [
          [t('column.searches'), format.number(load.rates.searches)] as const,
          [t('figure.traffic'), format.rate(load.rates.bytes)] as const,
          [t('figure.refused'), format.number(load.rates.refused)] as const,
        ]),
    ...(answers === null
      ? []
      : [
          [t('figure.firstHit'), answerText.firstHit(answers)] as const,
          [t('figure.hitRate'), answerText.hitRate(answers)] as const,
        ]),
    ...(caps === null
      ? []
      : [
          [
            t('host.caps'),
            t('host.caps.text', {
              leaves: caps.maxLeaves,
              memory: format.bytes(caps.memoryBytes),
              cpu: caps.cpu,
              rate: format.rate(caps.bytesPerSecond),
            }),
          ] as const,
        ]),
  ];
  return (
    <>
      <p className="crumbs">
        <a href={faceHref(isSupernode ? 'supernodes' : 'candidates')}>
          {t(isSupernode ? 'nav.supernodes' : 'nav.candidates')}
        </a>
      </p>
      {frame === undefined ? null : <ListProblem of={frame} />}
      <Failure text={failure?.message} />
      <h1>
        <Name text={host.name === '' ? t('unnamed') : host.name} />
      </h1>
      <p className="host-head">
        {isSupernode ? <State state={host.state} /> : <span>{t('host.volunteer')}</span>}
        <span className="muted">
          {host.account === '' ? t('operated') : <Name text={host.account} />}
          {host.region === undefined ? null : (
            <>
              {' · '}
              <Name text={host.region} />
            </>
          )}
        </span>
        <CopyButton text={host.deviceId} label={t('host.id.copy')} />
      </p>
      {fault === null ? null : (
        <p className="with-icon bad">
          <ProblemIcon aria-hidden />
          <span>
            <Name text={fault.message} />
          </span>
        </p>
      )}
      {host.cordoned === true ? (
        <p className="with-icon warn">
          <CordonIcon aria-hidden />
          <span>{t(isSupernode ? 'cordoned.supernode' : 'cordoned.volunteer')}</span>
        </p>
      ) : null}
      {order.role === 'draining' ? <DrainProgress host={host} /> : null}
      {isSupernode ? null : <Fitness host={host} />}
      {isSupernode ? (
        <p className="host-load">
          <span>{t('leaves.of', { leaves, capacity })}</span>
          <LoadBar part={capacity === 0 ? 0 : leaves / capacity} />
        </p>
      ) : null}
      <p className="section-note">
        {t(`order.role.${order.role}`)} <Author by={order.by} /> · {moment(order.since)}
        {order.reason === '' ? null : (
          <>
            {' · '}
            <Name text={order.reason} />
          </>
        )}
      </p>
      <Acts host={host} isOld={failure !== undefined || frame?.problem != null} />
      {facts.length === 0 ? null : (
        <dl className="facts">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {host.criteria.length === 0 ? null : <Criteria criteria={host.criteria} />}
    </>
  );
}

/** How far the leaves of a draining one are, and until when they have time. */
function DrainProgress({ host: { leaves, order } }: { host: HostDetails }) {
  const { t, format } = useWords();
  const { endsAt } = order;
  const now = useNow(endsAt !== undefined);
  return (
    <p className="with-icon warn">
      <DrainIcon aria-hidden />
      <span>
        {t('drain.left', { count: leaves })}{' '}
        {endsAt === undefined
          ? t(order.drainMs === 0 ? 'drain.forced' : 'drain.open')
          : endsAt <= now
            ? t('drain.over')
            : t('drain.ends', { time: format.timeOfDay(endsAt), wait: format.wait(endsAt - now) })}
      </span>
    </p>
  );
}

/** Whether a volunteer could be promoted, and for how long it has to stay fit before policy does it. */
function Fitness({ host: { criteria, fit, stableAt } }: { host: HostDetails }) {
  const { t, format } = useWords();
  const now = useNow(stableAt !== null);
  const met = criteria.filter(({ passed }) => passed).length;
  const Picture = fit ? DoneIcon : ProblemIcon;
  return (
    <p className={`with-icon ${fit ? 'good' : 'warn'}`}>
      <Picture aria-hidden />
      <span>
        {fit ? t('candidate.fit') : t('candidate.unfit', { met, criteria: criteria.length })}
        {!fit || stableAt === null ? null : (
          <span className="muted">
            {' · '}
            {stableAt <= now
              ? t('stable.now')
              : t('stable.at', { time: format.timeOfDay(stableAt), wait: format.wait(stableAt - now) })}
          </span>
        )}
      </span>
    </p>
  );
}

/** @param isOld - nothing is decided by what a host once was */
function Acts({ host, isOld }: { host: HostDetails; isOld: boolean }) {
  const { t } = useWords();
  const mayAct = useMayAct() && !isOld;
  const textOf = useActText(host);
  const [act, setAct] = useState<Act | undefined>(undefined);
  return (
    <div className="acts">
      {actsOf(host).map((one) => {
        const Picture = ACT_ICONS[one];
        return (
          <button
            key={one}
            type="button"
            className={one === 'promote' && host.fit ? 'button button-main' : 'button'}
            disabled={!mayAct}
            onClick={() => {
              setAct(one);
            }}
          >
            <Picture aria-hidden />
            <span>{textOf(one)}</span>
          </button>
        );
      })}
      {mayAct ? (
        <a className="button" href={faceHref('bans', host.deviceId)}>
          <BansIcon aria-hidden />
          <span>{t('act.ban')}</span>
        </a>
      ) : null}
      <a className="button button-quiet" href={faceHref('audit', host.deviceId)}>
        {t('host.history')}
      </a>
      {act === undefined ? null : (
        <DecisionDialog
          host={host}
          act={act}
          onClose={() => {
            setAct(undefined);
          }}
        />
      )}
    </div>
  );
}

/** What is not met stands first. */
function Criteria({ criteria }: { criteria: readonly CriterionView[] }) {
  const { t } = useWords();
  const inOrder = criteria.toSorted((a, b) => Number(a.passed) - Number(b.passed));
  return (
    <section>
      <h2>{t('criteria.title')}</h2>
      <div className="table-scroll" tabIndex={0} role="region" aria-label={t('criteria.title')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('criteria.met')}</th>
              <th scope="col">{t('criteria.name')}</th>
              <th scope="col">{t('criteria.value')}</th>
              <th scope="col">{t('criteria.wanted')}</th>
              <th scope="col">{t('criteria.origin')}</th>
              <th scope="col">{t('criteria.do')}</th>
            </tr>
          </thead>
          <tbody>
            {inOrder.map((one) => (
              <Criterion key={one.name} criterion={one} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Criterion({ criterion }: { criterion: CriterionView }) {
  const page = useI18n();
  const { t } = useWords();
  const { name, value, threshold, bound, passed, origin, declared } = criterion;
  const Picture = passed ? DoneIcon : ProblemIcon;
  return (
    <tr>
      <td>
        <span className={`with-icon criterion-met ${passed ? 'good' : 'bad'}`}>
          <Picture aria-hidden />
          <span>{t(passed ? 'criteria.yes' : 'criteria.no')}</span>
        </span>
      </td>
      <th scope="row">{page.t(`criterion.${name}`)}</th>
      <td>
        {value === null
          ? t(origin === 'home' ? 'criteria.unmeasured' : 'criteria.unknown')
          : criterionFigure(page, name, value)}
        {declared === undefined ? null : (
          <span className="row-more muted">
            {t('criteria.declared', { value: criterionFigure(page, name, declared) })}
          </span>
        )}
      </td>
      <td>
        {isYesOrNo(name)
          ? criterionFigure(page, name, threshold)
          : t(bound === 'at least' ? 'criteria.least' : 'criteria.most', {
              value: criterionFigure(page, name, threshold),
            })}
      </td>
      <td>{t(`criteria.by.${origin}`)}</td>
      <td>{passed ? '' : t(`criteria.fix.${name}`, { wanted: criterionFigure(page, name, threshold) })}</td>
    </tr>
  );
}
