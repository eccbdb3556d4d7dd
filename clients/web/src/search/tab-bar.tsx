import { displayText } from '@banyan/proto';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { go, routeHref } from '../route.ts';
import { AddIcon, CloseIcon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { searchTabs, tabKey, tabRoute, useSearchTabs, type SearchTab } from './search-tabs.ts';

/** The searches that are open, and a place for another. */
export function TabBar({ shown }: { shown: SearchTab | undefined }) {
  const { t } = useI18n();
  const tabs = useSearchTabs();
  if (tabs.length === 0) return null;
  const key = shown === undefined ? undefined : tabKey(shown);
  const close = (tab: SearchTab) => {
    const next = searchTabs.close(tab);
    if (tabKey(tab) === key) go(next === undefined ? { face: 'search', query: '' } : tabRoute(next));
  };
  return (
    <nav className="tabs" aria-label={t('tabs.label')}>
      <ul role="list">
        {tabs.map((tab) => (
          <li key={tabKey(tab)} className={tabKey(tab) === key ? 'tab tab-shown' : 'tab'}>
            <a href={routeHref(tabRoute(tab))} aria-current={tabKey(tab) === key ? 'page' : undefined}>
              <Name text={tab.query} />
            </a>
            <button
              type="button"
              className="tab-close"
              aria-label={t('tabs.close', { query: isolate(displayText(tab.query, 80)) })}
              onClick={() => {
                close(tab);
              }}
            >
              <CloseIcon aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      <button
        type="button"
        className="icon-button"
        aria-label={t('tabs.new')}
        title={t('tabs.new')}
        onClick={() => {
          searchTabs.another();
          if (shown === undefined) document.getElementById('search-input')?.focus();
          else go({ face: 'search', query: '' });
        }}
      >
        <AddIcon aria-hidden />
      </button>
    </nav>
  );
}
