import { mediaTypeOf, type UploadView } from '@banyan/proto';
import { useI18n } from '../i18n/i18n.tsx';
import { useView } from '../live/use-view.ts';
import { UploadIcon, WaitingIcon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { TypeIcon } from '../ui/type-icon.tsx';
import { VirtualRows } from '../ui/virtual-rows.tsx';

const FIRST_ROWS = 30;
const ROW_PX = { wide: 68, narrow: 112 };

const uploadKey = (upload: UploadView) => `${upload.deviceId} ${upload.content}`;

/** Who fetches what from here. */
export function Uploads() {
  const { t, rich, format } = useI18n();
  const uploads = useView('uploads', { count: FIRST_ROWS });
  const total = uploads.frame?.total ?? 0;
  return (
    <section aria-labelledby="uploads-heading">
      <h2 id="uploads-heading">{t('transfers.uploads')}</h2>
      {total === 0 ? (
        <p className="section-note">{t('transfers.uploads.none')}</p>
      ) : (
        <VirtualRows
          total={total}
          rowAt={uploads.rowAt}
          keyOf={uploadKey}
          onShow={uploads.show}
          estimate={ROW_PX}
          label={t('transfers.uploads')}
          className="uploads"
          render={(upload) => (
            <article className="line-row">
              <TypeIcon type={mediaTypeOf(upload.name)} />
              <div className="line-main">
                <h3>
                  <Name text={upload.name} />
                  {upload.more !== undefined && (
                    <span className="muted"> {t('upload.more', { count: upload.more })}</span>
                  )}
                </h3>
                <p className="muted">{rich('upload.to', { account: <Name text={upload.account} /> })}</p>
              </div>
              <p className={`with-icon ${upload.state === 'active' ? 'accent' : ''}`}>
                {upload.state === 'active' ? <UploadIcon aria-hidden /> : <WaitingIcon aria-hidden />}
                {upload.state === 'active' ? t('upload.active') : t('upload.queued')}
                {upload.queuePosition === null
                  ? ''
                  : ` · ${t('upload.place', { place: upload.queuePosition })}`}
              </p>
              <p className="number line-number">
                {upload.state === 'active' ? format.rate(upload.bytesPerSecond) : ''}
                <span className="muted">{t('upload.sent', { size: format.bytes(upload.bytes) })}</span>
              </p>
            </article>
          )}
        />
      )}
    </section>
  );
}
