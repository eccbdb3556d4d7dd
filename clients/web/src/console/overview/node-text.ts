import { displayText, type MapNode } from '@banyan/proto';
import { useWords } from '../i18n/words.tsx';

/** What a mark on the map says when one points at it. */
export function useNodeText(): (node: MapNode) => string {
  const { t } = useWords();
  return ({ name, state, leaves, capacity }) =>
    t('map.node', { name: displayText(name, 64), state: t(`state.${state}`), leaves, capacity });
}
