import type { MapNode } from '@banyan/proto';
import { useWords } from '../i18n/words.tsx';
import { hostHref } from '../route.ts';
import { useNodeText } from './node-text.ts';
import { SIGNS } from './state-mark.tsx';

/** Shades of load. */
const STEPS = 5;

/** Hundreds of supernodes as cells in the order of their names: the shade is the load, a sign is the state. */
export function HeatGrid({
  nodes,
  found,
}: {
  nodes: readonly MapNode[];
  found: ReadonlySet<string> | undefined;
}) {
  const { t } = useWords();
  const textOf = useNodeText();
  const leaves = nodes.reduce((sum, node) => sum + node.leaves, 0);
  return (
    <div className="heat" role="group" aria-label={t('map.summary', { count: nodes.length, leaves })}>
      {nodes.map((node) => {
        const load = node.capacity === 0 ? 0 : Math.min(1, node.leaves / node.capacity);
        const isDim = found !== undefined && !found.has(node.deviceId);
        return (
          <a
            key={node.deviceId}
            href={hostHref(node.deviceId)}
            tabIndex={-1}
            aria-hidden="true"
            title={textOf(node)}
            className={`heat-cell heat-${Math.min(STEPS - 1, Math.floor(load * STEPS))} heat-${node.state}${found === undefined ? '' : isDim ? ' node-dim' : ' heat-found'}`}
          >
            {SIGNS[node.state]}
          </a>
        );
      })}
    </div>
  );
}
