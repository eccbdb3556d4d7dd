import { useEffect, useId, useRef, type ReactNode } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { CloseIcon } from './icons.tsx';

/**
 * A dialog over the page, for as long as it stands. Esc, the button and a press beside it ask to close; the focus then
 * goes back to where it was. The browser itself keeps the rest of the page out of reach.
 */
export function Dialog({
  title,
  className = '',
  onClose,
  children,
}: {
  title: ReactNode;
  className?: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const { t } = useI18n();
  const dialog = useRef<HTMLDialogElement>(null);
  const close = useRef<HTMLButtonElement>(null);
  const heading = useId();
  useEffect(() => {
    const shown = dialog.current;
    const before = document.activeElement;
    shown?.showModal();
    // Not the body, though browsers let the focus into what scrolls.
    close.current?.focus();
    return () => {
      shown?.close();
      // A dialog that is taken away cannot give the focus back itself.
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`dialog ${className}`}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className="dialog-body">
        <div className="dialog-head">
          <h2 id={heading}>{title}</h2>
          <button
            ref={close}
            type="button"
            className="icon-button"
            aria-label={t('dialog.close')}
            onClick={onClose}
          >
            <CloseIcon aria-hidden />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
