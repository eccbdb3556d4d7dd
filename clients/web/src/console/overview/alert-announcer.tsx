import type { Alert } from '@banyan/proto';
import { useEffect, useRef } from 'react';
import { useAnnounce } from '../../ui/announcer.tsx';
import { useWords } from '../i18n/words.tsx';
import { useAlertText } from '../ui/alert-text.ts';
import { useConsoleView } from '../ui/use-console-view.ts';

/** Of several at once, those that are said; the overview has them all. */
const MAX_SAID = 3;

const NONE: readonly Alert[] = [];

/** Says grave alerts as they come, whatever face is open. */
export function AlertAnnouncer() {
  const { t } = useWords();
  const announce = useAnnounce();
  const textOf = useAlertText();
  const said = useRef<ReadonlySet<string>>(new Set());
  const alerts = useConsoleView('glance').frame?.rows[0]?.alerts ?? NONE;

  useEffect(() => {
    const grave = alerts.filter(({ isGrave }) => isGrave);
    const fresh = grave.filter((alert) => !said.current.has(keyOf(alert)));
    // One that ends and comes again is said again.
    said.current = new Set(grave.map(keyOf));
    if (fresh.length > 0)
      announce(
        fresh
          .slice(0, MAX_SAID)
          .map((alert) => `${t('alerts.grave')} ${textOf(alert).what}`)
          .join(' '),
      );
  }, [alerts, announce, t, textOf]);
  return null;
}

function keyOf({ code, deviceId = '' }: Alert): string {
  return `${code} ${deviceId}`;
}
