import type { ConsoleRows, HostOrder, HostRow } from '@banyan/proto';
import { useState } from 'react';
import { useSettled } from '../../live/use-settled.ts';
import { DoneIcon, ProblemIcon } from '../../ui/icons.tsx';
import { Name } from '../../ui/name.tsx';
import { useI18n } from '../../i18n/i18n.tsx';
import { useWords } from '../i18n/words.tsx';
import { hostHref } from '../route.ts';
import { Choice, Field } from '../ui/field.tsx';
import { ListProblem } from '../ui/list-problem.tsx';
import { State } from '../ui/state.tsx';
import { useConsoleView, type ConsoleView } from '../ui/use-console-view.ts';
import { VirtualTable } from '../ui/virtual-table.tsx';

/** Rows of the first window: more than a tall screen shows. */
const FIRST_ROWS = 40;
type Topic = 'supernodes' | 'candidates';
const ORDERS: Readonly<Record<Topic, readonly HostOrder[]>> = {
  supernodes: ['state', 'name', 'leaves', 'load'],
  candidates: ['score', 'name'],
};

/** Supernodes, or those who offer to be one: filtered, ordered and cut into windows by the service. */
export function HostsPage({ topic }: { topic: Topic }) {
  const { t } = useWords();
  const orders = ORDERS[topic];
  const [filter, setFilter] = useState('');
  const [order, setOrder] = useState<HostOrder>(orders[0] ?? 'name');
  const settled = useSettled(filter);
  const view = useConsoleView<Topic>(topic, { filter: settled, order, count: FIRST_ROWS });
  const { frame } = view;
  const Table = topic === 'supernodes' ? Supernodes : Candidates;
  return (
    <>
      <h1>{t(`nav.${topic}`)}</h1>
      <p className="section-note">{t(`${topic}.note`)}</p>
      <div className="filters">
        <Field label={t('filter')} value={filter} maxLength={100} onChange={setFilter} />
        <Choice
          label={t('order')}
          value={order}
          options={orders.map((one) => [one, t(`order.${one}`)] as const)}
          onChange={setOrder}
        />
      </div>
      {frame === undefined ? null : <ListProblem of={frame} />}
      {frame === undefined ? (
        <p className="muted">{t('loading')}</p>
      ) : frame.at === 0 ? null : frame.total === 0 ? (
        <div className="panel">
          <h2>{t(settled === '' ? `${topic}.none` : 'none.match')}</h2>
          {settled === '' ? <p>{t(`${topic}.none.do`)}</p> : null}
        </div>
      ) : (
        <>
          <p className="muted rows-count" role="status">
            {t(settled === '' ? `${topic}.count` : 'rows.match', { count: frame.total })}
          </p>
          <Table key={`${order} ${settled}`} view={view} total={frame.total} />
        </>
      )}
    </>
  );
}

interface TableProps {
  view: ConsoleView<Topic>;
  total: number;
}

const hostKey = ({ deviceId }: ConsoleRows[Topic]) => deviceId;

function HostName({ host, tabIndex }: { host: HostRow; tabIndex: 0 | -1 }) {
  const { t } = useWords();
  return (
    <th scope="row">
      <a href={hostHref(host.deviceId)} tabIndex={tabIndex}>
        <Name text={host.name === '' ? t('unnamed') : host.name} />
      </a>
      <span className="row-more muted">
        {host.account === '' ? t('operated') : <Name text={host.account} />}
        {host.region === undefined ? null : (
          <>
            {' · '}
            <Name text={host.region} />
          </>
        )}
      </span>
    </th>
  );
}

function Supernodes({ view, total }: TableProps) {
  const { t, format } = useWords();
  return (
    <VirtualTable
      label={t('nav.supernodes')}
      columns={[
        { head: t('column.name'), share: 22 },
        { head: t('column.state'), share: 22 },
        { head: t('column.leaves'), share: 18 },
        { head: t('column.records'), share: 12, isNumber: true },
        { head: t('column.searches'), share: 12, isNumber: true },
        { head: t('column.delay'), share: 14, isNumber: true },
      ]}
      total={total}
      rowAt={view.rowAt}
      keyOf={hostKey}
      onShow={view.show}
      cells={(host, tabIndex) => {
        const { leaves, capacity, load, fault, state, cordoned } = host;
        return (
          <>
            <HostName host={host} tabIndex={tabIndex} />
            <td>
              <State state={state} />
              {fault !== null ? (
                <span className="row-more muted">
                  <Name text={fault.message} />
                </span>
              ) : cordoned === true ? (
                <span className="row-more warn">{t('row.cordoned')}</span>
              ) : null}
            </td>
            <td>
              <span className="load">
                <span className="load-words">{t('leaves.of', { leaves, capacity })}</span>
                <LoadBar part={capacity === 0 ? 0 : leaves / capacity} />
              </span>
            </td>
            <td className="number">{load === undefined ? '–' : format.number(load.records)}</td>
            <td className="number">{load?.rates === undefined ? '–' : format.number(load.rates.searches)}</td>
            <td className="number">
              {load === undefined ? '–' : t('ms', { ms: Math.round(load.loopDelayMs * 10) / 10 })}
            </td>
          </>
        );
      }}
    />
  );
}

/** A part as a bar; the words beside it say the same. */
export function LoadBar({ part }: { part: number }) {
  const shown = Math.max(0, Math.min(1, part));
  return (
    <span className="load-bar" aria-hidden="true">
      <span className={shown > 0.85 ? 'load-full' : ''} style={{ width: `${shown * 100}%` }} />
    </span>
  );
}

function Candidates({ view, total }: TableProps) {
  const page = useI18n();
  const { t, format } = useWords();
  return (
    <VirtualTable
      label={t('nav.candidates')}
      columns={[
        { head: t('column.name'), share: 26 },
        { head: t('column.judged'), share: 28 },
        { head: t('column.failing'), share: 34 },
        { head: t('column.score'), share: 12, isNumber: true },
      ]}
      total={total}
      rowAt={view.rowAt}
      keyOf={hostKey}
      onShow={view.show}
      cells={(host, tabIndex) => {
        const { fit, failing, criteria, score, cordoned } = host;
        const Picture = fit ? DoneIcon : ProblemIcon;
        return (
          <>
            <HostName host={host} tabIndex={tabIndex} />
            <td>
              <span className={fit ? 'with-icon good' : 'with-icon warn'}>
                <Picture aria-hidden />
                <span>
                  {fit
                    ? t('candidate.fit')
                    : t('candidate.unfit', { met: criteria - failing.length, criteria })}
                </span>
              </span>
              {cordoned === true ? (
                <span className="row-more warn">{t('row.cordoned.volunteer')}</span>
              ) : null}
            </td>
            <td>
              <span className="lines">
                {failing.length === 0 ? '–' : format.list(failing.map((name) => page.t(`criterion.${name}`)))}
              </span>
            </td>
            <td className="number">{format.number(Math.round(score * 10) / 10)}</td>
          </>
        );
      }}
    />
  );
}
