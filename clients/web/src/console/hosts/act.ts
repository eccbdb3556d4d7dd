/** What can be decided about a host, as a button each. */
import type { HostAction, HostDetails } from '@banyan/proto';
import type { Icon } from '../../ui/icons.tsx';
import { useWords } from '../i18n/words.tsx';
import { CordonIcon, DrainIcon, EndIcon, PromoteIcon, UncordonIcon, UndoIcon } from '../icons.ts';

/** `end` is a drain by force: at once. */
export type Act = HostAction | 'end';

export const ACT_ICONS: Readonly<Record<Act, Icon>> = {
  promote: PromoteIcon,
  drain: DrainIcon,
  end: EndIcon,
  cancel: UndoIcon,
  undo: UndoIcon,
  cordon: CordonIcon,
  uncordon: UncordonIcon,
};

/** An act in words, for this host. */
export function useActText({ order }: HostDetails): (act: Act) => string {
  const { t } = useWords();
  return (act) =>
    order.role === 'leaf' && (act === 'cordon' || act === 'uncordon')
      ? t(`act.${act}.volunteer`)
      : t(`act.${act}`);
}

/** What fits what the host is now, the likeliest first. */
export function actsOf({ order, kind, cordoned = false }: HostDetails): readonly Act[] {
  const undo: readonly Act[] = order.by.kind === 'operator' && kind === 'volunteer' ? ['undo'] : [];
  const cordon: Act = cordoned ? 'uncordon' : 'cordon';
  switch (order.role) {
    case 'leaf':
      if (kind !== 'volunteer') return [];
      return cordoned ? [cordon] : ['promote', ...undo, cordon];
    case 'promoting':
    case 'proving':
      return ['cancel', 'end'];
    case 'serving':
      return ['drain', cordon, ...undo, 'end'];
    case 'draining':
      // Nothing is left to be ended.
      return order.drainMs === 0 ? ['cancel'] : ['cancel', 'end'];
  }
}
