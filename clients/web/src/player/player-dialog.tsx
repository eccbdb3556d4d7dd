import { displayText, type StreamView } from '@banyan/proto';
import { useEffect, useRef, useState, type SyntheticEvent } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { useClient } from '../live/client.tsx';
import { useNewestDownloads } from '../live/peer.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { BusyIcon, LinkIcon, ProblemIcon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { failureText, ProblemText } from '../ui/problem.tsx';

type Trouble =
  /** The browser knows no such format; a player may. */
  | 'unsupported'
  /** What came stopped coming. */
  | 'broken';

/** A player over the page, for as long as it stands. What it reads is fetched first. */
export function PlayerDialog({
  content,
  name,
  kind,
  onClose,
}: {
  content: string;
  name: string;
  kind: 'audio' | 'video';
  onClose: () => void;
}) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useClient();
  const [stream, setStream] = useState<StreamView>();
  const [failure, setFailure] = useState<string>();
  const [trouble, setTrouble] = useState<Trouble>();

  useEffect(() => {
    const leave = new AbortController();
    client.stream({ content, name }, leave.signal).then(setStream, (error: unknown) => {
      if (!leave.signal.aborted) setFailure(failureText(i18n, error));
    });
    return () => {
      leave.abort();
    };
    // Another language is no reason for another link.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [client, content, name]);

  return (
    <Dialog title={<Name text={displayText(name, 120)} />} className="player" onClose={onClose}>
      {failure !== undefined ? (
        <p className="with-icon bad" role="alert">
          <ProblemIcon aria-hidden />
          {failure}
        </p>
      ) : stream === undefined ? (
        <p className="searching">
          <BusyIcon aria-hidden className="spin" />
          {t('play.opening')}
        </p>
      ) : (
        <>
          {trouble === 'unsupported' ? null : (
            <Media key={stream.url} stream={stream} kind={kind} onTrouble={setTrouble} />
          )}
          {trouble === undefined ? null : (
            <p className="with-icon warn" role="alert">
              <ProblemIcon aria-hidden />
              {t(`play.${trouble}`)}
            </p>
          )}
          <p className="player-foot">
            <span className="muted">{t('play.elsewhere')}</span>
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
      <p className="player-state muted" role="status">
        {isWaiting ? (
          <>
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
