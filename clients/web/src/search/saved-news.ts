import { displayText } from '@banyan/proto';
import { useEffect, useRef } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { useSavedSearches } from '../live/peer.tsx';
import { go } from '../route.ts';
import { useNotices } from '../ui/notices.tsx';

/** Asks, once, whether the browser may tell of what is new while the page is out of sight. */
export async function askToNotify(): Promise<NotificationPermission> {
  if (typeof Notification === 'undefined') return 'denied';
  if (Notification.permission !== 'default') return Notification.permission;
  try {
    return await Notification.requestPermission();
  } catch {
    return 'denied'; // Refused where the page is not at home.
  }
}

/** Tells of what saved searches have found: in the page, and while it is out of sight through the browser. */
export function useSavedNews(): void {
  const { t } = useI18n();
  const notices = useNotices();
  const saved = useSavedSearches();
  const told = useRef<Map<string, number> | undefined>(undefined);
  useEffect(() => {
    if (saved === undefined) return;
    // What was new before the page was opened stands on the home face; it is no news.
    const before = told.current;
    told.current = new Map(saved.map(({ id, fresh }) => [id, fresh]));
    if (before === undefined) return;
    for (const { id, query, fresh, names } of saved) {
      const more = fresh - (before.get(id) ?? 0);
      if (more <= 0) continue;
      const title = t('saved.news', { count: more, query: isolate(displayText(query, 60)) });
      notices.done(title);
      if (document.visibilityState !== 'hidden' || typeof Notification === 'undefined') continue;
      if (Notification.permission !== 'granted') continue;
      const note = new Notification(title, {
        body: names.map((name) => isolate(displayText(name, 80))).join('\n'),
        // A later one of the same search takes its place.
        tag: `banyan-saved-${id}`,
      });
      note.onclick = () => {
        window.focus();
        go({ face: 'search', query });
        note.close();
      };
    }
  }, [saved, notices, t]);
}
