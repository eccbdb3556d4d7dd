import { displayText, type HostView } from '@banyan/proto';
import { DoneIcon } from '../../ui/icons.tsx';
import { isolate } from '../../i18n/messages.ts';
import { useWords } from '../i18n/words.tsx';
import { useConsoleView } from '../ui/use-console-view.ts';
import type { Act } from './act.ts';

/** What a decision does to the others, by the map of this moment. */
export function Effect({ host, act, after }: { host: HostView; act: Act; after: HostView }) {
  const { t } = useWords();
  const lines = useEffectLines(host, act, after);
  return (
    <>
      <p className="with-icon good">
        <DoneIcon aria-hidden />
        <span>{t('effect.possible')}</span>
      </p>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </>
  );
}

/** @param after - the host as it would be */
function useEffectLines(host: HostView, act: Act, { order }: HostView): readonly string[] {
  const { t, format } = useWords();
  const nodes = useConsoleView('map').frame?.rows[0]?.nodes ?? [];
  const others = nodes.filter(({ deviceId, state }) => deviceId !== host.deviceId && state === 'serving');
  const { leaves, kind } = host;
  const isSupernode = host.order.role !== 'leaf';
  const room = others.reduce((sum, node) => sum + Math.max(0, node.capacity - node.leaves), 0);
  const roomLine =
    others.length === 0
      ? t('effect.drain.alone')
      : t(leaves > room ? 'effect.drain.full' : 'effect.drain.room', { room, count: others.length });

  if (act === 'end')
    return [
      t('effect.end', { leaves }),
      ...(kind === 'operated' ? [t('effect.end.operated')] : []),
      roomLine,
    ];
  if (act === 'cordon' || act === 'uncordon') {
    const line = t(isSupernode ? `effect.${act}` : `effect.${act}.volunteer`);
    return act === 'cordon' && isSupernode && others.length === 0 ? [line, t('effect.cordon.alone')] : [line];
  }
  switch (order.role) {
    case 'draining': {
      const time = format.wait(order.drainMs);
      const isTimed = order.endsAt !== undefined;
      return [t(isTimed ? 'effect.drain.deadline' : 'effect.drain', { leaves, time }), roomLine];
    }
    case 'promoting': {
      const fullest = others
        .toSorted((a, b) => b.leaves / Math.max(1, b.capacity) - a.leaves / Math.max(1, a.capacity))
        .slice(0, 3)
        .filter((node) => node.leaves > 0)
        .map(({ name }) => isolate(displayText(name, 40)));
      const before = others.reduce((sum, { capacity }) => sum + capacity, 0);
      return [
        t('effect.promote'),
        t('effect.promote.room', { leaves: order.maxLeaves, before, after: before + order.maxLeaves }),
        ...(fullest.length === 0 ? [] : [t('effect.relieves', { names: format.list(fullest) })]),
      ];
    }
    default:
      return [t(`effect.to.${order.role}`)];
  }
}
