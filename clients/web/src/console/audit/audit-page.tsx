import { displayText, evidenceOf, timeText, type AuditEntry } from '@banyan/proto';
import { useState } from 'react';
import { useSettled } from '../../live/use-settled.ts';
import { Name } from '../../ui/name.tsx';
import { Evidence } from '../bans/evidence.tsx';
import type { ConsoleKey } from '../i18n/words.tsx';
import { CONSOLE_CATALOGUES, useWords } from '../i18n/words.tsx';
import { useConsole } from '../session.tsx';
import { Author } from '../ui/author.tsx';
import { Failure } from '../ui/failure.tsx';
import { Choice, Field } from '../ui/field.tsx';
import { useLoad } from '../ui/use-load.ts';
import { useMoment } from '../ui/use-moment.ts';
import { ChainCheck } from './chain-check.tsx';

const DAY_MS = 24 * 3600_000;
const TIMES = { day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS, ever: undefined } as const;
type Time = keyof typeof TIMES;
const LIMIT = 200;

/** Who decided what, and why: auth and list together, newest first, and as a file. */
export function AuditPage({ words }: { words: string }) {
  const { t } = useWords();
  const moment = useMoment();
  const { client } = useConsole();
  const [q, setQ] = useState(words);
  const [time, setTime] = useState<Time>(words === '' ? 'week' : 'ever');
  const [service, setService] = useState<'all' | 'auth' | 'list'>('all');
  const settled = useSettled(q);
  const [since, setSince] = useState(() => sinceOf(words === '' ? 'week' : 'ever'));
  const asked = {
    q: settled,
    ...(service === 'all' ? {} : { service }),
    ...(since === undefined ? {} : { since }),
  };
  const { value, failure, isBusy, again } = useLoad(JSON.stringify(asked), () =>
    client.audit({ ...asked, limit: LIMIT }),
  );
  return (
    <>
      <h1>{t('nav.audit')}</h1>
      <p className="section-note">{t('audit.note')}</p>
      <ChainCheck />
      <div className="filters">
        <Field label={t('audit.words')} value={q} onChange={setQ} maxLength={200} />
        <Choice
          label={t('audit.time')}
          value={time}
          options={(Object.keys(TIMES) as Time[]).map((one) => [one, t(`audit.time.${one}`)] as const)}
          onChange={(chosen) => {
            setTime(chosen);
            setSince(sinceOf(chosen));
          }}
        />
        <Choice
          label={t('audit.service')}
          value={service}
          options={[
            ['all', t('audit.service.all')],
            ['auth', t('audit.service.auth')],
            ['list', t('audit.service.list')],
          ]}
          onChange={setService}
        />
        <button type="button" className="button" disabled={isBusy} onClick={again}>
          {t('audit.again')}
        </button>
        <a className="button" href={client.auditFile(asked, 'csv')} download>
          {t('audit.csv')}
        </a>
        <a className="button" href={client.auditFile(asked, 'jsonl')} download>
          {t('audit.jsonl')}
        </a>
      </div>
      <Failure
        text={failure ?? (value?.problem == null ? undefined : t('audit.half', { why: value.problem }))}
      />
      {value === undefined ? (
        <p className="muted">{t('loading')}</p>
      ) : value.entries.length === 0 ? (
        <div className="panel">
          {value.isComplete ? (
            <h2>{t('audit.none')}</h2>
          ) : (
            <>
              <h2>{t('audit.none.yet', { time: moment(value.from) })}</h2>
              <p>{t('audit.none.yet.do')}</p>
            </>
          )}
        </div>
      ) : (
        <>
          <ol className="entries" aria-label={t('nav.audit')}>
            {value.entries.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </ol>
          <p className="muted">
            {value.isComplete
              ? t('audit.all', { count: value.entries.length })
              : t('audit.some', {
                  count: value.entries.length,
                  time: moment(value.from),
                })}
          </p>
        </>
      )}
    </>
  );
}

function sinceOf(time: Time): number | undefined {
  const ms = TIMES[time];
  return ms === undefined ? undefined : Date.now() - ms;
}

/** The act in words, where this version has some; a newer service may know others. */
function useActWords(): (action: string) => string {
  const { t } = useWords();
  return (action) => {
    const key = `audit.act.${action}`;
    return Object.hasOwn(CONSOLE_CATALOGUES.en, key) ? t(key as ConsoleKey) : displayText(action, 64);
  };
}

function Entry({ entry }: { entry: AuditEntry }) {
  const { t, format } = useWords();
  const moment = useMoment();
  const actOf = useActWords();
  const { at, by, action, subject, name, reason, figures, service, chain } = entry;
  const { from, to, evidence, ...others } = figures;
  const more = Object.entries(others).filter(([, value]) => value !== null);
  return (
    <li className="entry">
      <p className="entry-head">
        <time dateTime={timeText(at)} className="muted">
          {moment(at)}
        </time>{' '}
        <span>
          <Author by={by} />
        </span>{' '}
        <strong>{actOf(action)}</strong>{' '}
        {name === '' ? subject === '' ? null : <code>{subject.slice(0, 12)}</code> : <Name text={name} />}
      </p>
      {reason === '' ? null : (
        <p className="entry-reason">
          <Name text={reason} />
        </p>
      )}
      {from === undefined && to === undefined ? null : (
        <p className="muted">
          {t('audit.change', {
            from: displayText(String(from ?? '–'), 200),
            to: displayText(String(to ?? '–'), 200),
          })}
        </p>
      )}
      {typeof evidence === 'string' ? <Evidence pieces={evidenceOf(evidence)} /> : null}
      <details>
        <summary>{t('audit.more')}</summary>
        <dl className="facts">
          <div>
            <dt>{t('audit.service')}</dt>
            <dd>{t(`audit.service.${service}`)}</dd>
          </div>
          <div>
            <dt>{t('audit.action')}</dt>
            <dd>
              <code>{displayText(action, 64)}</code>
            </dd>
          </div>
          {subject === '' ? null : (
            <div>
              <dt>{t('audit.subject')}</dt>
              <dd>
                <code>{displayText(subject, 128)}</code>
              </dd>
            </div>
          )}
          {chain === undefined ? null : (
            <>
              <div>
                <dt>{t('audit.place')}</dt>
                <dd>{format.number(chain.n)}</dd>
              </div>
              <div>
                <dt>{t('audit.hash')}</dt>
                <dd>
                  <code>{chain.hash}</code>
                </dd>
              </div>
            </>
          )}
          {more.map(([figure, value]) => (
            <div key={figure}>
              <dt>{displayText(figure, 64)}</dt>
              <dd>{typeof value === 'number' ? format.number(value) : displayText(String(value), 200)}</dd>
            </div>
          ))}
        </dl>
      </details>
    </li>
  );
}
