import { displayText, MAX_BATCH_DOWNLOADS, type DownloadRequest } from '@banyan/proto';
import { useCallback } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { useClient } from '../live/client.tsx';
import { useNotices } from '../ui/notices.tsx';
import { failureText } from '../ui/problem.tsx';

/** Begins several downloads and says what became of them; never rejects. */
export function useStartDownloads(): (requests: readonly DownloadRequest[]) => Promise<void> {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useClient();
  const notices = useNotices();
  return useCallback(
    async (requests) => {
      if (requests.length === 0) return;
      try {
        const { results } = await client.startDownloads({
          downloads: requests.slice(0, MAX_BATCH_DOWNLOADS),
        });
        const problems = results.flatMap(({ problem }, i) =>
          problem === undefined ? [] : [{ problem, name: requests[i]?.name ?? '' }],
        );
        const begun = results.length - problems.length;
        if (begun > 0) notices.done(t('add.done', { count: begun }));
        const [first] = problems;
        if (first !== undefined)
          notices.problem(
            `${t('downloads.failed', { count: problems.length })} ${isolate(displayText(first.name, 80))}: ${displayText(first.problem.message, 300)}`,
          );
      } catch (error) {
        notices.problem(failureText(i18n, error));
      }
    },
    [client, i18n, notices, t],
  );
}
