import { useI18n } from '../i18n/i18n.tsx';
import { CopyIcon, type Icon } from './icons.tsx';
import { useNotices } from './notices.tsx';

/** Puts `text` on the clipboard and says so. */
export function CopyButton({
  text,
  label,
  name,
  icon: Picture = CopyIcon,
  className = 'button button-quiet',
}: {
  text: string;
  label: string;
  /** For screen readers, when the label alone does not tell rows apart. */
  name?: string;
  icon?: Icon;
  className?: string;
}) {
  const { t } = useI18n();
  const notices = useNotices();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      notices.done(t('copy.done'));
    } catch {
      notices.problem(t('copy.failed', { text }));
    }
  };
  return (
    <button type="button" className={className} aria-label={name} onClick={() => void copy()}>
      <Picture aria-hidden />
      <span>{label}</span>
    </button>
  );
}
