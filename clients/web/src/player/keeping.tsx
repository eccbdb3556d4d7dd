import { useI18n } from '../i18n/i18n.tsx';
import { useCanAct, useClient } from '../live/client.tsx';
import { useNewestDownloads, usePeerStatus } from '../live/peer.tsx';
import { UNDO_S } from '../transfers/download-state.ts';
import { RemoveIcon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { useNotices } from '../ui/notices.tsx';
import { failureText } from '../ui/problem.tsx';

/** Whoever only wants to look at a file downloads it: where it goes, who has it then, and how to be rid of it. */
export function Keeping({ id, content, onClose }: { id: string; content: string; onClose: () => void }) {
  const i18n = useI18n();
  const { t, rich } = i18n;
  const client = useClient();
  const canAct = useCanAct();
  const notices = useNotices();
  const { status } = usePeerStatus();
  const download = useNewestDownloads().get(content);
  if (status === undefined) return null;
  const isDone = download?.state === 'done';
  const end = async () => {
    try {
      await client.actOnDownloads({ action: 'cancel', ids: [id], after: UNDO_S });
      onClose();
      notices.done(t('play.stopped'));
    } catch (error) {
      notices.problem(failureText(i18n, error));
    }
  };
  const key = isDone ? 'play.kept' : 'play.keeps';
  return (
    <p className="player-keeping">
      <span>
        {rich(status.downloadsShared === true ? `${key}.shared` : key, {
          folder: (
            <code>
              <Name text={isDone ? download.path : status.downloadFolder} />
            </code>
          ),
        })}
      </span>
      {isDone ? null : (
        <button
          type="button"
          className="button button-quiet"
          disabled={!canAct}
          onClick={() => {
            void end();
          }}
        >
          <RemoveIcon aria-hidden />
          <span>{t('play.stop')}</span>
        </button>
      )}
    </p>
  );
}
