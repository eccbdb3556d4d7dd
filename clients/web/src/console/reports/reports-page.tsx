import { displayText, MAX_EVIDENCE_CHARS, timeText, type ReportView } from '@banyan/proto';
import { useState } from 'react';
import { isolate } from '../../i18n/messages.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DoneIcon, WaitingIcon } from '../../ui/icons.tsx';
import { Name } from '../../ui/name.tsx';
import { useNotices } from '../../ui/notices.tsx';
import { BanForm } from '../bans/ban-form.tsx';
import { useWords } from '../i18n/words.tsx';
import { useConsole, useMayAct } from '../session.tsx';
import { Failure } from '../ui/failure.tsx';
import { Choice } from '../ui/field.tsx';
import { Pager, usePages } from '../ui/pager.tsx';
import { ReasonDialog } from '../ui/reason-dialog.tsx';
import { useLoad } from '../ui/use-load.ts';
import { useMoment } from '../ui/use-moment.ts';

const STATES = ['open', 'resolved', 'all'] as const;
type State = (typeof STATES)[number];

/** What is being done about a report. */
interface Doing {
  readonly act: 'ban' | 'resolve';
  readonly report: ReportView;
  /** What was done already, in words for who reported it. */
  readonly words?: string;
}

/** What members report, and what is done about it. */
export function ReportsPage() {
  const { t } = useWords();
  const notices = useNotices();
  const { client } = useConsole();
  const [state, setState] = useState<State>('open');
  const pages = usePages();
  const [doing, setDoing] = useState<Doing | undefined>(undefined);
  const { after } = pages;
  const { value, failure, again } = useLoad(`reports ${state} ${after ?? ''}`, () =>
    client.reports({
      ...(state === 'all' ? {} : { state }),
      ...(after === undefined ? {} : { after }),
    }),
  );
  const close = () => {
    setDoing(undefined);
  };
  return (
    <>
      <h1>{t('nav.reports')}</h1>
      <p className="section-note">{t('reports.note')}</p>
      <div className="filters">
        <Choice
          label={t('reports.show')}
          value={state}
          options={STATES.map((one) => [one, t(`reports.state.${one}`)] as const)}
          onChange={(chosen) => {
            setState(chosen);
            pages.restart();
          }}
        />
        <button type="button" className="button" onClick={again}>
          {t('audit.again')}
        </button>
      </div>
      <Failure text={failure} />
      {value === undefined ? (
        failure === undefined ? (
          <p className="muted">{t('loading')}</p>
        ) : null
      ) : value.reports.length === 0 ? (
        <div className="panel">
          <h2>{t(state === 'open' ? 'reports.none.open' : 'reports.none')}</h2>
        </div>
      ) : (
        <ol className="entries" aria-label={t('nav.reports')}>
          {value.reports.map((report) => (
            <Report key={report.id} report={report} onAct={setDoing} />
          ))}
        </ol>
      )}
      <Pager pages={pages} next={value?.next} />
      {doing?.act === 'ban' ? (
        <BanDialog
          report={doing.report}
          onBanned={() => {
            const { report } = doing;
            // What was done is told to who reported it.
            const words = t(
              report.subject.kind === 'content' ? 'report.words.blocked' : 'report.words.banned',
            );
            setDoing(report.state === 'open' ? { act: 'resolve', report, words } : undefined);
          }}
          onClose={close}
        />
      ) : null}
      {doing?.act === 'resolve' ? (
        <ReasonDialog
          title={t('report.resolve.of', { name: nameOf(doing.report) })}
          go={t('report.resolve')}
          label={t('report.words')}
          hint={t('report.words.hint')}
          start={doing.words ?? ''}
          act={async (words) => {
            await client.resolveReport(doing.report.id, words);
            notices.done(t('report.resolved'));
            again();
            return true;
          }}
          onClose={close}
        />
      ) : null}
    </>
  );
}

const nameOf = ({ subject: { name, id } }: ReportView): string => isolate(displayText(name || id, 64));

function BanDialog({
  report,
  onBanned,
  onClose,
}: {
  report: ReportView;
  onBanned: () => void;
  onClose: () => void;
}) {
  const { t } = useWords();
  const { kind, id } = report.subject;
  // Whoever reported it is not named: lists of bans go to other networks.
  const evidence = t('evidence.report', {
    ...{ id: report.id, time: timeText(report.at) },
    words: report.reason.replace(/\s+/g, ' '),
  }).slice(0, MAX_EVIDENCE_CHARS);
  return (
    <Dialog title={t(banKey(kind), { name: nameOf(report) })} className="dialog-wide" onClose={onClose}>
      <BanForm
        about={id}
        kind={kind}
        startReason={report.reason}
        startEvidence={evidence}
        onBanned={onBanned}
      />
    </Dialog>
  );
}

const banKey = (kind: ReportView['subject']['kind']) =>
  kind === 'content' ? 'report.block.of' : 'report.ban.of';

function Report({ report, onAct }: { report: ReportView; onAct: (doing: Doing) => void }) {
  const { t } = useWords();
  const moment = useMoment();
  const mayAct = useMayAct();
  const { at, by, subject, reason, state, resolution } = report;
  const isOpen = state === 'open';
  const Picture = isOpen ? WaitingIcon : DoneIcon;
  const whom = (name: string) => <Name text={name === '' ? t('by.gone') : name} />;
  return (
    <li className="entry report">
      <p className="entry-head">
        <span className={`with-icon ${isOpen ? 'warn' : 'good'}`}>
          <Picture aria-hidden />
          <span>{t(`report.is.${state}`)}</span>
        </span>{' '}
        <span className="muted">{t(`ban.kind.${subject.kind}`)}</span>{' '}
        <strong>
          {subject.name === '' ? <code>{displayText(subject.id, 128)}</code> : <Name text={subject.name} />}
        </strong>
        {subject.account === undefined ? null : (
          <span className="muted">
            {t('report.of')} {whom(subject.account.name)}
          </span>
        )}
      </p>
      <p className="entry-reason">
        <Name text={reason} />
      </p>
      <p className="muted">
        {t('report.by')} {whom(by.name)}, <time dateTime={timeText(at)}>{moment(at)}</time>
      </p>
      {subject.name === '' ? null : <code className="row-more">{displayText(subject.id, 128)}</code>}
      {resolution === undefined ? null : (
        <p className="report-resolution">
          <Name text={resolution.words} />{' '}
          <span className="muted">
            {whom(resolution.by.name)}, {moment(resolution.at)}
          </span>
        </p>
      )}
      {isOpen ? (
        <p className="form-acts">
          <button
            type="button"
            className="button"
            disabled={!mayAct}
            aria-label={t('report.resolve.of', { name: nameOf(report) })}
            onClick={() => {
              onAct({ act: 'resolve', report });
            }}
          >
            {t('report.resolve')}
          </button>
          <button
            type="button"
            className="button button-bad"
            disabled={!mayAct}
            aria-label={t(banKey(subject.kind), { name: nameOf(report) })}
            onClick={() => {
              onAct({ act: 'ban', report });
            }}
          >
            {t(subject.kind === 'content' ? 'report.block' : 'act.ban')}
          </button>
        </p>
      ) : null}
    </li>
  );
}
