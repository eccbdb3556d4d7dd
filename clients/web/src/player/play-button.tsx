import { displayText } from '@banyan/proto';
import { useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { PreviewIcon, ResumeIcon } from '../ui/icons.tsx';
import { laterDialog } from '../ui/later.tsx';
import { previewKind } from './preview-kind.ts';

const PlayerDialog = laterDialog(async () => (await import('./player-dialog.tsx')).PlayerDialog);

/** Plays audio and video, shows pictures, text and PDF, also while they arrive; nothing for other files. */
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
  const kind = previewKind(name);
  if (kind === undefined) return null;
  const isPlayed = kind === 'audio' || kind === 'video';
  const label = t(isPlayed ? 'play.button' : 'preview.button');
  const Picture = isPlayed ? ResumeIcon : PreviewIcon;
  return (
    <>
      <button
        type="button"
        className={compact ? 'icon-button' : 'button button-quiet'}
        disabled={!canAct}
        aria-label={t('row.action', { action: label, name: isolate(displayText(name, 120)) })}
        title={t(isPlayed ? 'play.hint' : 'preview.hint')}
        onClick={() => {
          setIsOpen(true);
        }}
      >
        <Picture aria-hidden />
        {compact ? null : <span>{label}</span>}
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
