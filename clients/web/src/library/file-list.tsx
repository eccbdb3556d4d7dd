import { displayText, type SharedFile } from '@banyan/proto';
import { useCallback } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { useCanAct } from '../live/client.tsx';
import { useView } from '../live/use-view.ts';
import { PlayButton } from '../player/play-button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { FindBox, NothingLeft, useFind } from '../ui/find-box.tsx';
import { LinkIcon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { tagTexts } from '../ui/tags.ts';
import { TypeIcon } from '../ui/type-icon.tsx';
import { VirtualRows } from '../ui/virtual-rows.tsx';

const FIRST_ROWS = 60;
const ROW_PX = { wide: 68, narrow: 112 };

const fileKey = (file: SharedFile) => file.id;

/** Every file that others can find here, with its link. */
export function FileList() {
  const i18n = useI18n();
  const { t } = i18n;
  const canAct = useCanAct();
  const find = useFind();
  const files = useView('files', { count: FIRST_ROWS, filter: find.filter });
  const total = files.frame?.total ?? 0;
  const row = useCallback(
    (file: SharedFile) => (
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
        <p className="number line-number">{i18n.format.bytes(file.size)}</p>
        <div className="line-actions">
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
        </div>
      </article>
    ),
    [i18n, t, canAct],
  );
  return (
    <section aria-labelledby="files-heading">
      <div className="section-head">
        <h2 id="files-heading">{t('library.files')}</h2>
        {total === 0 && find.text === '' ? null : (
          <FindBox find={find} found={files.isCurrent ? total : undefined} />
        )}
      </div>
      {total === 0 && find.filter !== '' ? (
        <NothingLeft find={find} />
      ) : total === 0 && files.isCurrent ? (
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
          render={row}
          isEven
        />
      )}
    </section>
  );
}
