import { useI18n } from '../i18n/i18n.tsx';
import type { MessageKey } from '../i18n/messages.ts';
import { Dialog } from './dialog.tsx';
import { letterKeys, useLetterKeys } from './keys.ts';

/** Keys as they are printed, alternatives apart; what they do; whether they are single characters. */
const KEYS: readonly (readonly [keys: readonly string[], does: MessageKey, isLetter: boolean])[] = [
  [['/'], 'keys.box', true],
  [['F'], 'keys.find', true],
  [['↓', '↑'], 'keys.rows', false],
  [['J', 'K'], 'keys.rows', true],
  [['→', '←'], 'keys.controls', false],
  [['Enter'], 'keys.details', false],
  [['D'], 'keys.download', true],
  [['Space'], 'keys.select', false],
  [['Esc'], 'keys.escape', false],
  [['?'], 'keys.help', true],
];

/** What the keys do, and whether letters do anything. */
export function KeyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  const areOn = useLetterKeys();
  return (
    <Dialog title={t('keys.title')} className="help" onClose={onClose}>
      <dl className="help-list">
        {KEYS.map(([keys, does, isLetter]) => (
          <div key={keys.join()} className={isLetter && !areOn ? 'off' : undefined}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>
              {t(does)}
              {isLetter && !areOn ? ` (${t('keys.off')})` : null}
            </dd>
          </div>
        ))}
      </dl>
      <label className="tick">
        <input
          type="checkbox"
          checked={areOn}
          onChange={(event) => {
            letterKeys.turn(event.target.checked);
          }}
        />
        <span>{t('keys.letters')}</span>
      </label>
    </Dialog>
  );
}
