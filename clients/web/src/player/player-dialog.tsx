import { displayText, safeFileName, type StreamView } from '@banyan/proto';
import { useCallback, useEffect, useRef, useState, type SyntheticEvent } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { useClient } from '../live/client.tsx';
import { useNewestDownloads } from '../live/peer.tsx';
import { useAsked } from '../live/use-asked.ts';
import { Announced } from '../ui/announcer.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { BusyIcon, LinkIcon, OpenIcon, ProblemIcon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { failureText, ProblemText } from '../ui/problem.tsx';
import { Keeping } from './keeping.tsx';
import { isPlayable, playlistHref, type PreviewKind, type Trouble } from './preview-kind.ts';
import { Shown, TextPreview } from './shown.tsx';

/** Leaves room for the ending, and for what a browser writes behind a name that is there already. */
const PLAYLIST_NAME_BYTES = 120;

/** A player, or what shows the file, over the page, for as long as it stands. What it reads is fetched first. */
export function PlayerDialog({
  content,
  name,
  kind,
  onClose,
}: {
  content: string;
  name: string;
  kind: PreviewKind;
  onClose: () => void;
}) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useClient();
  const asked = useAsked(
    useCallback((signal: AbortSignal) => client.stream({ content, name }, signal), [client, content, name]),
  );
  const stream = asked.state === 'known' ? asked.value : undefined;
  const [trouble, setTrouble] = useState<Trouble>();
  const isPlayed = kind === 'audio' || kind === 'video';
  // Asked first: what the browser does not play at all is not even begun here.
  const shown = isPlayed && stream !== undefined && !isPlayable(kind, stream.type) ? 'unsupported' : trouble;

  return (
    <Dialog title={<Name text={displayText(name, 120)} />} className="player" onClose={onClose}>
      {asked.state === 'failed' ? (
        <p className="with-icon bad" role="alert">
          <ProblemIcon aria-hidden />
          {failureText(i18n, asked.error)}
        </p>
      ) : stream === undefined ? (
        <p className="searching">
          <BusyIcon aria-hidden className="spin" />
          {t('play.opening')}
        </p>
      ) : (
        <>
          {kind === 'text' ? (
            <TextPreview content={stream.content} />
          ) : kind === 'image' || kind === 'pdf' ? (
            <Shown stream={stream} kind={kind} onTrouble={setTrouble} />
          ) : shown === 'unsupported' ? null : (
            <Media key={stream.url} stream={stream} kind={kind} onTrouble={setTrouble} />
          )}
          {shown === undefined ? null : (
            <p className="with-icon warn" role="alert">
              <ProblemIcon aria-hidden />
              {t(`play.${shown}`)}
            </p>
          )}
          {stream.download === null ? null : (
            <Keeping id={stream.download} content={stream.content} onClose={onClose} />
          )}
          <p className="player-foot">
            <span className="muted">{t('play.elsewhere')}</span>
            {isPlayed ? (
              <a
                className={`button ${shown === 'unsupported' ? 'button-main' : 'button-quiet'}`}
                href={playlistHref(stream)}
                download={`${safeFileName(stream.name, PLAYLIST_NAME_BYTES)}.m3u8`}
                title={t('play.open.hint')}
              >
                <OpenIcon aria-hidden />
                <span>{t('play.open')}</span>
              </a>
            ) : null}
            {kind === 'pdf' ? (
              <a className="button button-quiet" href={stream.url} target="_blank" rel="noreferrer">
                {t('preview.tab')}
              </a>
            ) : null}
            <CopyButton text={stream.url} label={t('play.copy')} icon={LinkIcon} />
          </p>
        </>
      )}
    </Dialog>
  );
}

function Media({
  stream,
  kind,
  onTrouble,
}: {
  stream: StreamView;
  kind: 'audio' | 'video';
  onTrouble: (trouble: Trouble | undefined) => void;
}) {
  const { t } = useI18n();
  const [isWaiting, setIsWaiting] = useState(true);
  // Why nothing comes, when the download knows.
  const problem = useNewestDownloads().get(stream.content)?.problem ?? null;
  const video = useRef<HTMLVideoElement>(null);
  const audio = useRef<HTMLAudioElement>(null);

  useEffect(() => {
    const media = video.current ?? audio.current;
    return () => {
      // Taken off the page it would go on reading, and lead the download, until it is collected.
      media?.removeAttribute('src');
      media?.load();
    };
  }, []);

  const props = {
    className: 'player-media',
    src: stream.url,
    'aria-label': displayText(stream.name, 120),
    controls: true,
    autoPlay: true,
    preload: 'auto' as const,
    onWaiting: () => {
      setIsWaiting(true);
    },
    onPlaying: () => {
      setIsWaiting(false);
      onTrouble(undefined);
    },
    onCanPlay: () => {
      setIsWaiting(false);
    },
    onError: ({ currentTarget }: SyntheticEvent<HTMLMediaElement>) => {
      const { error } = currentTarget;
      // Without a source it is being closed.
      if (error === null || currentTarget.getAttribute('src') === null) return;
      onTrouble(error.code === MediaError.MEDIA_ERR_NETWORK ? 'broken' : 'unsupported');
    },
  };
  return (
    <>
      {kind === 'video' ? <video ref={video} {...props} /> : <audio ref={audio} {...props} />}
      <p className="player-state muted">
        {isWaiting ? (
          <>
            <Announced text={t('play.waiting')} />
            <BusyIcon aria-hidden className="spin" />
            {problem === null ? t('play.waiting') : <ProblemText problem={problem} />}
          </>
        ) : (
          t('play.note')
        )}
      </p>
    </>
  );
}
