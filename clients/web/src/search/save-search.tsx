import { useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { useCanAct, useClient } from '../live/client.tsx';
import { useSavedSearches } from '../live/peer.tsx';
import { SaveIcon, UnsaveIcon } from '../ui/icons.tsx';
import { useNotices } from '../ui/notices.tsx';
import { failureText } from '../ui/problem.tsx';
import { askToNotify } from './saved-news.ts';

/** Has the daemon repeat this search and tell of what is new, or no longer. */
export function SaveSearch({ query }: { query: string }) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useClient();
  const canAct = useCanAct();
  const notices = useNotices();
  const saved = useSavedSearches()?.find((one) => one.query === query);
  const [isBusy, setIsBusy] = useState(false);

  const toggle = async () => {
    setIsBusy(true);
    try {
      if (saved === undefined) {
        // While the press is still fresh: later the browser would refuse to ask.
        const asked = askToNotify();
        await client.saveSearch(query);
        notices.done(t((await asked) === 'granted' ? 'saved.done.notify' : 'saved.done'));
      } else await client.removeSavedSearch(saved.id);
    } catch (error) {
      notices.problem(failureText(i18n, error));
    }
    setIsBusy(false);
  };
  return (
    <button
      type="button"
      className="button button-quiet save-search"
      aria-pressed={saved !== undefined}
      disabled={!canAct || isBusy}
      title={t('saved.hint')}
      onClick={() => void toggle()}
    >
      {saved === undefined ? <SaveIcon aria-hidden /> : <UnsaveIcon aria-hidden />}
      <span>{t(saved === undefined ? 'saved.save' : 'saved.unsave')}</span>
    </button>
  );
}
