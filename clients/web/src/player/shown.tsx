import { displayText, type StreamView } from '@banyan/proto';
import { useCallback, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { useClient } from '../live/client.tsx';
import { useNewestDownloads } from '../live/peer.tsx';
import { useAsked } from '../live/use-asked.ts';
import { Announced } from '../ui/announcer.tsx';
import { BusyIcon, ProblemIcon } from '../ui/icons.tsx';
import { failureText, ProblemText } from '../ui/problem.tsx';
import type { Trouble } from './preview-kind.ts';

/** A picture, or a PDF in the browser's own viewer; both come from the gateway, which is of another origin than the page. */
export function Shown({
  stream,
  kind,
  onTrouble,
}: {
  stream: StreamView;
  kind: 'image' | 'pdf';
  onTrouble: (trouble: Trouble) => void;
}) {
  const [isHere, setIsHere] = useState(false);
  const download = useNewestDownloads().get(stream.content);
  const label = displayText(stream.name, 120);
  // A viewer does not wait as a player does: a PDF is opened when all of it is here.
  const isWhole = kind === 'image' || stream.isWhole === true || download?.state === 'done';
  return (
    <>
      {kind === 'image' ? (
        <img
          className="shown-image"
          src={stream.url}
          alt={label}
          onLoad={() => {
            setIsHere(true);
          }}
          onError={() => {
            setIsHere(true);
            onTrouble('unsupported');
          }}
        />
      ) : isWhole ? (
        <iframe
          className="shown-pdf"
          src={stream.url}
          title={label}
          onLoad={() => {
            setIsHere(true);
          }}
        />
      ) : null}
      {isHere ? null : <Arriving problem={download?.problem ?? null} />}
    </>
  );
}

function Arriving({ problem }: { problem: { readonly code: string; readonly message: string } | null }) {
  const { t } = useI18n();
  return (
    <p className="player-state muted">
      <Announced text={t('play.waiting')} />
      <BusyIcon aria-hidden className="spin" />
      {problem === null ? t('play.waiting') : <ProblemText problem={problem} />}
    </p>
  );
}

/** All control characters but line breaks and tabs: they would hide or move what is beside them. */
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** The beginning of a text file, as nothing but text. */
export function TextPreview({ content }: { content: string }) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useClient();
  const asked = useAsked(
    useCallback((signal: AbortSignal) => client.contentText(content, signal), [client, content]),
  );
  const problem = useNewestDownloads().get(content)?.problem ?? null;
  if (asked.state === 'failed')
    return (
      <p className="with-icon bad" role="alert">
        <ProblemIcon aria-hidden />
        {failureText(i18n, asked.error)}
      </p>
    );
  if (asked.state === 'asking') return <Arriving problem={problem} />;
  const shown = asked.value;
  return (
    <>
      <pre className="shown-text" tabIndex={0} aria-label={t('preview.text')} role="region">
        {shown.text.replace(CONTROLS, '\ufffd')}
      </pre>
      {shown.isWhole ? null : <p className="muted">{t('preview.cut')}</p>}
    </>
  );
}
