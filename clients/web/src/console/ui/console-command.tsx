import { useI18n } from '../../i18n/i18n.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';

const COMMAND = 'banyan operator console';

/** The command whose link signs a browser in, to be copied. */
export function ConsoleCommand() {
  const { t } = useI18n();
  return (
    <p className="command">
      <code>{COMMAND}</code>
      <CopyButton text={COMMAND} label={t('signin.copy')} />
    </p>
  );
}
