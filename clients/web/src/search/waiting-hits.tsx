import type { SearchView } from '@banyan/proto';
import { useEffect } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { useAnnounce } from '../ui/announcer.tsx';
import { NewerIcon } from '../ui/icons.tsx';

/** What has been found since somebody began to look at the rows, and how to let it in. */
export function WaitingHits({ search, onShow }: { search: SearchView | undefined; onShow: () => void }) {
  const { t } = useI18n();
  const announce = useAnnounce();
  const count = search?.held === true ? search.waiting : 0;
  const some = count > 0;
  useEffect(() => {
    // Once: how many they are by now is said by the button itself.
    if (some) announce(t('waiting.announce'));
  }, [some, announce, t]);
  if (!some) return null;
  return (
    <p className="waiting">
      <button type="button" className="button" onClick={onShow}>
        <NewerIcon aria-hidden />
        <span>{t('waiting.show', { count })}</span>
      </button>
    </p>
  );
}
