import { createRoot } from 'react-dom/client';
import { startTransition, type ReactNode } from 'react';
import { loadCatalogue } from './i18n/catalogues.ts';
import { I18nProvider, startLanguage } from './i18n/i18n.tsx';

/** Said when not even the sentences came: so in every language there is. */
const NOT_STARTED = [
  {
    lang: 'en',
    text: 'This page could not be loaded whole. Reload it; when that does not help, see that Banyan runs.',
  },
  { lang: 'zh-Hant', text: '本頁未能完整載入。請重新整理；若仍不行，請確認 Banyan 正在執行。' },
];

/** Draws a page in the reader's language, as soon as its sentences are here. */
export async function startPage(page: ReactNode): Promise<void> {
  const place = document.getElementById('root');
  if (place === null) throw new Error('index.html has no #root');
  const root = createRoot(place);
  try {
    await loadCatalogue(startLanguage());
  } catch {
    root.render(
      <main className="opening" role="alert">
        {NOT_STARTED.map(({ lang, text }) => (
          <p key={lang} lang={lang}>
            {text}
          </p>
        ))}
      </main>,
    );
    return;
  }
  // As a transition, as all that a page begins with: drawn in pieces, between which it answers.
  startTransition(() => {
    root.render(<I18nProvider>{page}</I18nProvider>);
  });
}
