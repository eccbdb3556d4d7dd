import { useI18n } from '../i18n/i18n.tsx';
import { LANGUAGE_NAMES, LANGUAGES, type Language } from '../i18n/messages.ts';
import { useNotices } from './notices.tsx';

/** The languages, each by its own name. Its label stands around it. */
export function LanguageSelect() {
  const { t, language, setLanguage } = useI18n();
  const notices = useNotices();
  const choose = async (chosen: Language) => {
    try {
      await setLanguage(chosen);
    } catch {
      notices.problem(t('language.failed', { language: LANGUAGE_NAMES[chosen] }));
    }
  };
  return (
    <select
      value={language}
      onChange={(event) => {
        const chosen = LANGUAGES.find((candidate) => candidate === event.target.value);
        if (chosen !== undefined) void choose(chosen);
      }}
    >
      {LANGUAGES.map((candidate) => (
        <option key={candidate} value={candidate} lang={candidate}>
          {LANGUAGE_NAMES[candidate]}
        </option>
      ))}
    </select>
  );
}
