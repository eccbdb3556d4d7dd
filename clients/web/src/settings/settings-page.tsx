import { useId } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { useCanAct } from '../live/client.tsx';
import { usePeerStatus } from '../live/peer.tsx';
import { Limits } from '../transfers/limits.tsx';
import { letterKeys, useLetterKeys } from '../ui/keys.ts';
import { LanguageSelect } from '../ui/language-select.tsx';
import { theme, THEMES, useTheme } from '../ui/theme.ts';
import { Account } from './account.tsx';
import { Device } from './device.tsx';
import { Volunteer } from './volunteer.tsx';

/** What this device is called, where its files go, how fast it may be, how the page looks. */
export function SettingsPage() {
  const { t } = useI18n();
  const canAct = useCanAct();
  const { status } = usePeerStatus();
  return (
    <div className="face settings">
      <header className="face-head">
        <h1>{t('settings.title')}</h1>
      </header>
      <Device canAct={canAct} />
      <Account canAct={canAct} />
      {status?.limits === undefined ? null : <Limits view={status.limits} canAct={canAct} />}
      <Appearance />
      <Volunteer canAct={canAct} />
    </div>
  );
}

function Appearance() {
  const { t } = useI18n();
  const chosen = useTheme();
  const areOn = useLetterKeys();
  const id = useId();
  return (
    <section aria-labelledby={`${id}-heading`}>
      <h2 id={`${id}-heading`}>{t('settings.page')}</h2>
      <p className="section-note">{t('settings.page.note')}</p>
      <div className="settings-form">
        <label>
          <span>{t('language.label')}</span>
          <LanguageSelect />
        </label>
        <label>
          <span>{t('settings.theme')}</span>
          <select
            value={chosen}
            onChange={(event) => {
              const next = THEMES.find((one) => one === event.target.value);
              if (next !== undefined) theme.set(next);
            }}
          >
            {THEMES.map((one) => (
              <option key={one} value={one}>
                {t(`settings.theme.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <label className="settings-tick">
          <input
            type="checkbox"
            checked={areOn}
            onChange={(event) => {
              letterKeys.turn(event.target.checked);
            }}
          />
          <span>{t('settings.keys')}</span>
        </label>
      </div>
    </section>
  );
}
