import type { HashPacePatch, PeerStatus } from '@banyan/proto';
import { useI18n } from '../i18n/i18n.tsx';
import { useClient } from '../live/client.tsx';
import { BusyIcon, PausedIcon, PauseIcon, ResumeIcon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { useNotices } from '../ui/notices.tsx';
import { failureText } from '../ui/problem.tsx';

/** What is being read to be shared, how long that will take, and how hard it may drive the machine. */
export function Hashing({
  library: { hashing, pace = { paused: false, gentle: false } },
  canAct,
}: {
  library: PeerStatus['library'];
  canAct: boolean;
}) {
  const i18n = useI18n();
  const { t, rich, format } = i18n;
  const client = useClient();
  const notices = useNotices();
  if (hashing === null && !pace.paused) return null;

  const change = async (patch: HashPacePatch) => {
    try {
      await client.setHashPace(patch);
    } catch (error) {
      notices.problem(failureText(i18n, error));
    }
  };
  const rate = hashing?.bytesPerSecond ?? 0;

  return (
    <section className="hashing" aria-label={t('library.hashing.label')}>
      {pace.paused ? <PausedIcon aria-hidden /> : <BusyIcon aria-hidden className="spin" />}
      <div className="hashing-words">
        <p className="hashing-file">
          {pace.paused || hashing === null
            ? t('library.hashing.paused')
            : hashing.file === ''
              ? t('library.share.hashing')
              : rich('library.hashing', { file: <Name text={hashing.file} /> })}
        </p>
        {hashing === null ? null : (
          <p className="number-words">
            {t('library.hashing.left', { count: hashing.filesLeft, size: format.bytes(hashing.bytesLeft) })}
            {pace.paused ? '' : ` · ${format.rate(rate)}`}
            {rate > 0 && !pace.paused
              ? ` · ${t('download.left', { time: format.wait((hashing.bytesLeft / rate) * 1000) })}`
              : ''}
          </p>
        )}
      </div>
      <div className="hashing-actions">
        <label>
          <input
            type="checkbox"
            checked={pace.gentle}
            disabled={!canAct}
            onChange={(event) => void change({ gentle: event.target.checked })}
          />
          <span>{t('library.hashing.gentle')}</span>
        </label>
        <button
          type="button"
          className="button"
          disabled={!canAct}
          onClick={() => void change({ paused: !pace.paused })}
        >
          {pace.paused ? <ResumeIcon aria-hidden /> : <PauseIcon aria-hidden />}
          <span>{t(pace.paused ? 'library.hashing.resume' : 'library.hashing.pause')}</span>
        </button>
      </div>
    </section>
  );
}
