import { withMoments, type Problem } from '@banyan/proto';
import { useI18n } from '../i18n/i18n.tsx';
import { useNow } from '../live/use-now.ts';
import { ProblemIcon } from './icons.tsx';
import { problemText } from './problem.tsx';

/** Until when and why this peer is shut out of its network, in local time. */
export function BanText({ ban, className }: { ban: Problem; className: string }) {
  const i18n = useI18n();
  const now = useNow(false);
  const message = withMoments(ban.message, (ms) => i18n.format.moment(ms, now));
  return (
    <p className={className} role="status">
      <ProblemIcon aria-hidden />
      <span>
        <bdi>{problemText(i18n, { ...ban, message })}</bdi>
      </span>
    </p>
  );
}
