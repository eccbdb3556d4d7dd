import {
  displayText,
  MAX_BAN_LIST_CHARS,
  MAX_BAN_LIST_LINES,
  type BanListLine,
  type BanVerdict,
} from '@banyan/proto';
import { useId, useState, type SubmitEvent } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { DoneIcon, ProblemIcon, WaitingIcon } from '../../ui/icons.tsx';
import { Name } from '../../ui/name.tsx';
import { useNotices } from '../../ui/notices.tsx';
import { failureText } from '../../ui/problem.tsx';
import { useWords } from '../i18n/words.tsx';
import { useConsole } from '../session.tsx';
import { Failure } from '../ui/failure.tsx';
import { Check } from '../ui/field.tsx';
import { useMoment } from '../ui/use-moment.ts';
import { Evidence } from './evidence.tsx';

/** What needs a look first. */
const ORDER: readonly BanVerdict[] = ['wrong', 'replaces', 'new', 'twice', 'over', 'same'];
/** Lines that are shown; the sums count all. */
const SHOWN = 100;
/** UTF-8 of the longest list. */
const MAX_FILE_BYTES = MAX_BAN_LIST_CHARS * 3;

interface Chosen {
  readonly text: string;
  readonly lines: readonly BanListLine[];
}

/** Bans by a list: what each line would do is shown before. */
export function ImportDialog({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const i18n = useI18n();
  const { t } = useWords();
  const notices = useNotices();
  const { client, grave } = useConsole();
  const id = useId();
  const [chosen, setChosen] = useState<Chosen | undefined>(undefined);
  const [skipsWrong, setSkipsWrong] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | undefined>(undefined);
  const count = (...verdicts: readonly BanVerdict[]) =>
    chosen?.lines.filter(({ verdict }) => verdicts.includes(verdict)).length ?? 0;
  const [bans, wrong] = [count('new', 'replaces'), count('wrong')];

  const choose = async (file: File | undefined) => {
    setChosen(undefined);
    setSkipsWrong(false);
    setFailure(undefined);
    if (file === undefined) return;
    setBusy(true);
    try {
      const text = file.size > MAX_FILE_BYTES ? undefined : await file.text();
      if (text === undefined || text.length > MAX_BAN_LIST_CHARS)
        setFailure(t('import.large', { lines: MAX_BAN_LIST_LINES }));
      else setChosen({ text, lines: (await client.planBans(text)).lines });
    } catch (error) {
      setFailure(failureText(i18n, error));
    } finally {
      setBusy(false);
    }
  };

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (chosen === undefined) return;
    const { text } = chosen;
    setBusy(true);
    setFailure(undefined);
    try {
      const done = await grave(() => client.importBans({ text, skipWrong: skipsWrong }));
      if (done === undefined) return;
      if (!done.isDone) {
        // What was right when it was looked at is wrong now.
        setChosen({ text, lines: done.lines });
        return;
      }
      const made = done.lines.filter(({ verdict }) => verdict === 'new' || verdict === 'replaces');
      notices.done(t('import.done', { count: made.length }));
      onDone();
      onClose();
    } catch (error) {
      setFailure(failureText(i18n, error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog title={t('import.title')} className="dialog-wide" onClose={onClose}>
      <form className="form" onSubmit={(event) => void submit(event)}>
        <div className="field">
          <label htmlFor={id}>{t('import.file')}</label>
          <input
            id={id}
            type="file"
            accept=".csv,.json,text/csv,application/json"
            aria-describedby={`${id}-about`}
            onChange={(event) => void choose(event.target.files?.[0])}
          />
          <span id={`${id}-about`} className="field-about muted">
            {t('import.file.hint', { lines: MAX_BAN_LIST_LINES })}
          </span>
        </div>
        <div aria-live="polite">
          {chosen === undefined ? (
            <p className="muted">{t(isBusy ? 'decide.asking' : 'import.note')}</p>
          ) : (
            <p>
              {t('import.sums', { bans, rest: chosen.lines.length - bans - wrong, wrong })}{' '}
              <span className="muted">{t('import.note')}</span>
            </p>
          )}
        </div>
        {chosen === undefined || chosen.lines.length === 0 ? null : <Lines lines={chosen.lines} />}
        {wrong === 0 ? null : (
          <Check label={t('import.skip', { count: wrong })} value={skipsWrong} onChange={setSkipsWrong} />
        )}
        <Failure text={failure} />
        <p className="form-acts">
          <button
            type="submit"
            className="button button-bad"
            disabled={isBusy || bans === 0 || (wrong > 0 && !skipsWrong)}
          >
            {t('import.go', { count: bans })}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {t('leave.it')}
          </button>
        </p>
      </form>
    </Dialog>
  );
}

function Lines({ lines }: { lines: readonly BanListLine[] }) {
  const { t } = useWords();
  const moment = useMoment();
  const shown = lines
    .toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict) || a.line - b.line)
    .slice(0, SHOWN);
  return (
    <div className="table-scroll list-lines" tabIndex={0} role="region" aria-label={t('import.lines')}>
      <table>
        <thead>
          <tr>
            <th scope="col" className="number">
              {t('import.line')}
            </th>
            <th scope="col">{t('import.verdict')}</th>
            <th scope="col">{t('ban.subject')}</th>
            <th scope="col">{t('ban.until')}</th>
            <th scope="col">{t('reason')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ line, verdict, kind, id, name, until, reason, evidence, problem, devices }) => (
            <tr key={line}>
              <td className="number">{line}</td>
              <td>
                <Verdict verdict={verdict} />
              </td>
              <th scope="row">
                {kind === null ? null : <span className="muted">{t(`ban.kind.${kind}`)}</span>}{' '}
                {name === '' ? null : <Name text={name} />}
                <code className="row-more">{displayText(id, 128)}</code>
                {devices === 0 || (verdict !== 'new' && verdict !== 'replaces') ? null : (
                  <span className="row-more muted">{t('import.devices', { count: devices })}</span>
                )}
              </th>
              {problem === undefined ? (
                <>
                  <td>{until === null ? t('ban.forever') : moment(until * 1000)}</td>
                  <td>
                    <Name text={reason} />
                    <Evidence pieces={evidence} />
                  </td>
                </>
              ) : (
                <td colSpan={2} className="bad">
                  <Name text={problem} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {lines.length === shown.length ? null : (
        <p className="muted">{t('import.more', { count: lines.length - shown.length })}</p>
      )}
    </div>
  );
}

function Verdict({ verdict }: { verdict: BanVerdict }) {
  const { t } = useWords();
  const bans = verdict === 'new' || verdict === 'replaces';
  const Picture = verdict === 'wrong' ? ProblemIcon : bans ? DoneIcon : WaitingIcon;
  return (
    <span className={`with-icon ${verdict === 'wrong' ? 'bad' : bans ? 'good' : 'muted'}`}>
      <Picture aria-hidden />
      <span>{t(`import.verdict.${verdict}`)}</span>
    </span>
  );
}
