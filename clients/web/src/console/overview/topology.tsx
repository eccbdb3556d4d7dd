import { HOST_STATES, type MapNode } from '@banyan/proto';
import { useId, useState } from 'react';
import { Name } from '../../ui/name.tsx';
import { useWords } from '../i18n/words.tsx';
import { hostHref } from '../route.ts';
import { State } from '../ui/state.tsx';
import { useConsoleView } from '../ui/use-console-view.ts';
import { VirtualTable } from '../ui/virtual-table.tsx';
import { HeatGrid } from './heat-grid.tsx';
import { Ring } from './ring.tsx';
import { StateMark } from './state-mark.tsx';

/** Beyond this a ring cannot be read; a grid can. */
const MAX_RING_NODES = 300;

/** The supernodes as a map: each keeps its place, whatever its load. */
export function Topology() {
  const { t, format } = useWords();
  const id = useId();
  const [wanted, setWanted] = useState('');
  /** As the person has it; undefined: as fits the drawing. */
  const [tableWish, setTableWish] = useState<boolean | undefined>(undefined);
  const map = useConsoleView('map').frame?.rows[0];
  if (map === undefined || map.nodes.length === 0) return null;
  const { nodes, total } = map;
  const words = wanted.toLocaleLowerCase().trim();
  const found = new Set(
    words === ''
      ? []
      : nodes.filter(({ name }) => name.toLocaleLowerCase().includes(words)).map(({ deviceId }) => deviceId),
  );
  const isGrid = nodes.length > MAX_RING_NODES;
  const Drawing = isGrid ? HeatGrid : Ring;
  // Cells have no room for names: there the table has them, and is open from the start.
  const isTableOpen = tableWish ?? isGrid;
  const states = HOST_STATES.map(
    (state) => [state, nodes.filter((node) => node.state === state).length] as const,
  );
  return (
    <section className="topology" aria-labelledby={`${id}-heading`}>
      <div className="section-head">
        <h2 id={`${id}-heading`}>{t('map.title')}</h2>
        <label className="find">
          <span>{t('map.find')}</span>
          <input
            type="text"
            value={wanted}
            maxLength={64}
            onChange={(event) => {
              setWanted(event.target.value);
            }}
          />
        </label>
      </div>
      <p className="legend">
        {states
          .filter(([, count]) => count > 0)
          .map(([state, count]) => (
            <span key={state} className="legend-state">
              <StateMark state={state} isCell={isGrid} />
              <span>{t(`state.${state}`)}</span>
              <span className="muted">{format.number(count)}</span>
            </span>
          ))}
        <span className="muted">{t(isGrid ? 'map.legend.grid' : 'map.legend')}</span>
      </p>
      {words === '' ? null : <p role="status">{t('map.found', { count: found.size })}</p>}
      <Drawing nodes={nodes} found={words === '' ? undefined : found} />
      {total > nodes.length ? <p className="muted">{t('map.some', { shown: nodes.length, total })}</p> : null}
      <details
        className="map-table"
        open={isTableOpen}
        onToggle={(event) => {
          const { open } = event.currentTarget;
          if (open !== isTableOpen) setTableWish(open);
        }}
      >
        <summary>{t('map.table')}</summary>
        {isTableOpen ? (
          <MapTable nodes={words === '' ? nodes : nodes.filter(({ deviceId }) => found.has(deviceId))} />
        ) : null}
      </details>
    </section>
  );
}

const nodeKey = ({ deviceId }: MapNode) => deviceId;

/** The same as the drawing, for who cannot see it. */
function MapTable({ nodes }: { nodes: readonly MapNode[] }) {
  const { t, format } = useWords();
  return (
    <VirtualTable
      label={t('map.table')}
      columns={[
        { head: t('column.name'), share: 40 },
        { head: t('column.state'), share: 25 },
        { head: t('column.leaves'), share: 20, isNumber: true },
        { head: t('column.load'), share: 15, isNumber: true },
      ]}
      total={nodes.length}
      rowAt={(index) => nodes[index]}
      keyOf={nodeKey}
      cells={({ deviceId, name, state, leaves, capacity }, tabIndex) => (
        <>
          <th scope="row">
            <a href={hostHref(deviceId)} tabIndex={tabIndex}>
              <Name text={name} />
            </a>
          </th>
          <td>
            <State state={state} />
          </td>
          <td className="number">{format.number(leaves)}</td>
          <td className="number">{capacity === 0 ? '–' : format.percent(leaves / capacity)}</td>
        </>
      )}
    />
  );
}
