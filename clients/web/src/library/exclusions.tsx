import type { ExclusionPreview, ExclusionQuestion } from '@banyan/proto';
import { useEffect, useId, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { useCanAct, useClient } from '../live/client.tsx';
import { Announced } from '../ui/announcer.tsx';
import { BusyIcon, ProblemIcon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { failureText } from '../ui/problem.tsx';

/** Somebody who types is not asked for at every letter: the daemon looks through the folder. */
const TYPING_MS = 400;

/** The patterns of a text, one a line. */
export const patternsOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Patterns of what is left out of a folder, and what they come to. */
export function ExclusionEditor({
  subject,
  value,
  onChange,
}: {
  /** A share, or a folder that may become one. */
  subject: { readonly id: string } | { readonly path: string };
  value: string;
  onChange: (value: string) => void;
}) {
  const { t } = useI18n();
  const id = useId();
  return (
    <div className="exclusions">
      <label htmlFor={`${id}-patterns`}>{t('exclude.label')}</label>
      <textarea
        id={`${id}-patterns`}
        rows={3}
        value={value}
        placeholder={'*.bak\nDrafts'}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        aria-describedby={`${id}-hint`}
        onChange={(event) => {
          onChange(event.target.value);
        }}
      />
      <p id={`${id}-hint`} className="section-note">
        {t('exclude.hint')}
      </p>
      <Preview subject={subject} patterns={patternsOf(value)} />
    </div>
  );
}

function Preview({
  subject,
  patterns,
}: {
  subject: { readonly id: string } | { readonly path: string };
  patterns: readonly string[];
}) {
  const i18n = useI18n();
  const { t, rich, format } = i18n;
  const client = useClient();
  const canAct = useCanAct();
  /** The last answer, and to what. */
  const [answer, setAnswer] = useState<
    { readonly to: string; readonly found?: ExclusionPreview; readonly failure?: unknown } | undefined
  >(undefined);
  const question = JSON.stringify({ ...subject, exclude: patterns });
  const isBusy = answer?.to !== question;

  useEffect(() => {
    if (!canAct) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      client.previewExclusions(JSON.parse(question) as ExclusionQuestion, stop.signal).then(
        (found) => {
          setAnswer({ to: question, found });
        },
        (failure: unknown) => {
          if (!stop.signal.aborted) setAnswer({ to: question, failure });
        },
      );
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [client, canAct, question]);

  const found = answer?.found;
  const failure = answer?.failure;
  if (failure !== undefined) {
    return (
      <p className="with-icon bad">
        <Announced text={failureText(i18n, failure)} />
        <ProblemIcon aria-hidden />
        <span>{failureText(i18n, failure)}</span>
      </p>
    );
  }
  const preview =
    found === undefined
      ? ''
      : t('exclude.preview', {
          count: found.leftOut.files,
          size: format.bytes(found.leftOut.bytes),
          files: found.files,
          all: format.bytes(found.bytes),
        });
  return (
    <div className="exclusion-preview" aria-busy={isBusy}>
      {found === undefined ? (
        <p className="with-icon muted">
          <BusyIcon aria-hidden className="spin" />
          {t('exclude.counting')}
        </p>
      ) : (
        <>
          {isBusy ? null : <Announced text={preview} />}
          <p className={isBusy ? 'muted' : undefined}>
            {preview}
            {found.complete ? '' : ` ${t('exclude.incomplete')}`}
          </p>
          {found.examples.length === 0 ? null : (
            <p className="section-note">
              {rich('exclude.examples', {
                names: found.examples.map((path, i) => (
                  <span key={path}>
                    {i > 0 ? ' · ' : ''}
                    <Name text={path} />
                  </span>
                )),
              })}
            </p>
          )}
        </>
      )}
    </div>
  );
}
