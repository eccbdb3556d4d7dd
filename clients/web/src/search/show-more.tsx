import { useEffect, useRef, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { useCanAct } from '../live/client.tsx';
import { BusyIcon } from '../ui/icons.tsx';

/** Asks for the next hits; the first of them then takes over the focus of the button. */
export function ShowMore({
  shown,
  running,
  onMore,
}: {
  /** Rows there are now. */
  shown: number;
  /** They are on their way. */
  running: boolean;
  onMore: () => Promise<void>;
}) {
  const { t } = useI18n();
  const canAct = useCanAct();
  const [asking, setAsking] = useState(false);
  const from = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (from.current === undefined || shown <= from.current) return;
    const row = document.querySelector(`.results [data-index="${from.current}"]`);
    from.current = undefined;
    row?.querySelector<HTMLElement>('[role="gridcell"]')?.focus();
  }, [shown]);

  const ask = async () => {
    from.current = shown;
    setAsking(true);
    await onMore();
    setAsking(false);
  };
  const busy = asking || running;
  return (
    <p className="show-more">
      <button
        type="button"
        className="button"
        // Not `disabled`: that would drop the focus before there is a row to give it to.
        aria-disabled={busy || !canAct}
        onClick={() => {
          if (!busy && canAct) void ask();
        }}
      >
        {busy ? <BusyIcon aria-hidden className="spin" /> : null}
        <span>{busy ? t('more.asking') : t('more.show')}</span>
      </button>
    </p>
  );
}
