import { displayText, mediaTypeOf } from '@banyan/proto';
import { useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { ResumeIcon } from '../ui/icons.tsx';
import { PlayerDialog } from './player-dialog.tsx';

/** Plays audio and video, also while it arrives; nothing for other files. */
export function PlayButton({
  content,
  name,
  canAct,
  compact = false,
}: {
  content: string;
  /** As it came; may be hostile. */
  name: string;
  canAct: boolean;
  /** The picture alone, where there is no room for the word. */
  compact?: boolean;
}) {
  const { t } = useI18n();
  const [isOpen, setIsOpen] = useState(false);
  const kind = mediaTypeOf(name);
  if (kind !== 'audio' && kind !== 'video') return null;
  return (
    <>
      <button
        type="button"
        className={compact ? 'icon-button' : 'button button-quiet'}
        disabled={!canAct}
        aria-label={t('row.action', { action: t('play.button'), name: isolate(displayText(name, 120)) })}
        title={t('play.hint')}
        onClick={() => {
          setIsOpen(true);
        }}
      >
        <ResumeIcon aria-hidden />
        {compact ? null : <span>{t('play.button')}</span>}
      </button>
      {isOpen ? (
        <PlayerDialog
          content={content}
          name={name}
          kind={kind}
          onClose={() => {
            setIsOpen(false);
          }}
        />
      ) : null}
    </>
  );
}
