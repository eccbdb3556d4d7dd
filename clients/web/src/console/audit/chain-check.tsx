import type { AuditBreak, AuditCheck, ConsoleAuditCheck } from '@banyan/proto';
import { useState } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { DoneIcon, ProblemIcon } from '../../ui/icons.tsx';
import { failureText } from '../../ui/problem.tsx';
import { useWords } from '../i18n/words.tsx';
import { useConsole } from '../session.tsx';
import { Failure } from '../ui/failure.tsx';
import { useMoment } from '../ui/use-moment.ts';

/** Whether the record is whole, when somebody asks: each check reads all of it. */
export function ChainCheck() {
  const i18n = useI18n();
  const { t } = useWords();
  const { client } = useConsole();
  const [isBusy, setBusy] = useState(false);
  const [result, setResult] = useState<ConsoleAuditCheck | undefined>(undefined);
  const [failure, setFailure] = useState<string | undefined>(undefined);

  const check = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      setResult(await client.auditCheck());
    } catch (error) {
      setResult(undefined);
      setFailure(failureText(i18n, error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <section className="effect chain" aria-label={t('audit.check.title')}>
      <h2>{t('audit.check.title')}</h2>
      <div aria-live="polite" className="chain-results">
        {isBusy ? (
          <p className="muted">{t('audit.checking')}</p>
        ) : result === undefined ? (
          <p className="muted">{t('audit.check.note')}</p>
        ) : (
          result.checks.map((one) => <Checked key={one.service} check={one} />)
        )}
      </div>
      <Failure
        text={failure ?? (result?.problem == null ? undefined : t('audit.half', { why: result.problem }))}
      />
      <p className="form-acts">
        <button type="button" className="button" disabled={isBusy} onClick={() => void check()}>
          {t('audit.check')}
        </button>
      </p>
    </section>
  );
}

function Checked({ check }: { check: AuditCheck }) {
  const { t } = useWords();
  const moment = useMoment();
  const { service, state, head, linked, waiting, before, breaks, breakCount } = check;
  const isWhole = state === 'whole';
  const Picture = isWhole ? DoneIcon : ProblemIcon;
  const name = t(`audit.service.${service}`);
  return (
    <div className="chain-result">
      <p className={`with-icon ${isWhole ? 'good' : state === 'broken' ? 'bad' : 'warn'}`}>
        <Picture aria-hidden />
        <span>
          {isWhole
            ? t('audit.chain.whole', { name, count: linked })
            : state === 'broken'
              ? t('audit.chain.broken', { name, count: breakCount })
              : t('audit.chain.none', { name })}
        </span>
      </p>
      {breaks.length === 0 ? null : (
        <ul>
          {breaks.map((one) => (
            <li key={`${one.kind} ${one.n}`}>
              <Break one={one} />
            </li>
          ))}
          {breakCount === breaks.length ? null : (
            <li>{t('audit.chain.more', { count: breakCount - breaks.length })}</li>
          )}
        </ul>
      )}
      {waiting === 0 ? null : <p className="muted">{t('audit.chain.waiting', { count: waiting })}</p>}
      {before === 0 ? null : <p className="muted">{t('audit.chain.before', { count: before })}</p>}
      {head === null || head.first.at === 0 ? null : (
        <p className="muted">{t('audit.chain.cut', { time: moment(head.first.at) })}</p>
      )}
      {head === null || linked === 0 ? null : (
        <p className="chain-head">
          <span className="muted">{t('audit.chain.head', { time: moment(head.at) })}</span>
          <code>{head.hash}</code>
          <CopyButton text={head.hash} label={t('audit.chain.copy', { name })} />
        </p>
      )}
    </div>
  );
}

function Break({ one: { kind, n, last, at } }: { one: AuditBreak }) {
  const { t } = useWords();
  const moment = useMoment();
  switch (kind) {
    case 'missing':
      return (
        <>
          {last === undefined ? t('audit.chain.missing', { n }) : t('audit.chain.missing.many', { n, last })}
        </>
      );
    case 'changed':
      return <>{t('audit.chain.changed', { n, time: at === undefined ? '–' : moment(at) })}</>;
    case 'unlinked':
      return <>{t('audit.chain.unlinked', { n })}</>;
  }
}
