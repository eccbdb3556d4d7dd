import { displayText, type SharedFile } from '@banyan/proto';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { useCanAct } from '../live/client.tsx';
import { useView } from '../live/use-view.ts';
import { PlayButton } from '../player/play-button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { LinkIcon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { tagTexts } from '../ui/tags.ts';
import { TypeIcon } from '../ui/type-icon.tsx';
import { VirtualRows } from '../ui/virtual-rows.tsx';

const FIRST_ROWS = 60;
const ROW_PX = 64;

const fileKey = (file: SharedFile) => file.id;

/** Every file that others can find here, with its link. */
export function FileList() {
  const i18n = useI18n();
  const { t, format } = i18n;
  const canAct = useCanAct();
  const files = useView('files', { count: FIRST_ROWS });
  const total = files.frame?.total ?? 0;
  return (
    <section aria-labelledby="files-heading">
      <h2 id="files-heading">{t('library.files')}</h2>
      {total === 0 ? (
        <p className="section-note">{t('library.files.none')}</p>
      ) : (
        <VirtualRows
          total={total}
          rowAt={files.rowAt}
          keyOf={fileKey}
          onShow={files.show}
          estimate={ROW_PX}
          label={t('library.files')}
          className="files"
          render={(file) => (
            <article className="line-row">
              <TypeIcon type={file.type} />
              <div className="line-main">
                <h3>
                  <Name text={file.name} />
                </h3>
                <p className="muted line-meta">
                  {[...tagTexts(file.tags, i18n).map((tag) => tag.text), file.folder]
                    .filter((text) => text !== '')
                    .map((text) => (
                      <Name key={text} className="tag" text={text} />
                    ))}
                </p>
              </div>
              <p className="number line-number">{format.bytes(file.size)}</p>
              <PlayButton content={file.content} name={file.name} canAct={canAct} />
              <CopyButton
                text={file.link}
                label={t('library.file.copy')}
                name={t('row.action', {
                  action: t('library.file.copy'),
                  name: isolate(displayText(file.name, 120)),
                })}
                icon={LinkIcon}
              />
            </article>
          )}
        />
      )}
    </section>
  );
}
