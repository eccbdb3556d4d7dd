import { useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { useCanAct } from '../live/client.tsx';
import { FolderIcon } from './icons.tsx';
import { laterDialog } from './later.tsx';

const FolderChooser = laterDialog(async () => (await import('./folder-chooser.tsx')).FolderChooser);

/** Stands beside the box that a path is typed into: most people point at a folder. */
export function ChooseFolder({ path, onChoose }: { path: string; onChoose: (path: string) => void }) {
  const { t } = useI18n();
  const canAct = useCanAct();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className="button"
        disabled={!canAct}
        onClick={() => {
          setOpen(true);
        }}
      >
        <FolderIcon aria-hidden />
        <span>{t('folders.open')}</span>
      </button>
      {isOpen ? (
        <FolderChooser
          from={path.trim() === '' ? undefined : path.trim()}
          onChoose={onChoose}
          onClose={() => {
            setOpen(false);
          }}
        />
      ) : null}
    </>
  );
}
