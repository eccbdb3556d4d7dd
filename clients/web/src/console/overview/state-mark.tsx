import type { HostState } from '@banyan/proto';

/** One shape a state, so that colour is never all there is. */
export function StateShape({ state, size }: { state: HostState; size: number }) {
  const half = size * 0.8;
  switch (state) {
    case 'serving':
      return <circle className="node-shape" r={size} />;
    case 'draining':
      return <rect className="node-shape" x={-half} y={-half} width={2 * half} height={2 * half} />;
    case 'starting':
      return <path className="node-shape" d={`M0 ${-size} L${size} ${half} L${-size} ${half} Z`} />;
    case 'faulty':
      return <path className="node-shape" d={`M0 ${-size} L${size} 0 L0 ${size} L${-size} 0 Z`} />;
    case 'silent':
      return (
        <path
          className="node-shape node-cross"
          d={`M${-half} ${-half} L${half} ${half} M${half} ${-half} L${-half} ${half}`}
        />
      );
  }
}

/** A sign for each state in a cell that is too small for a shape. */
export const SIGNS: Readonly<Record<HostState, string>> = {
  serving: '',
  starting: '△',
  draining: '□',
  faulty: '!',
  silent: '×',
};

/** The same mark as on the map, for its legend. */
export function StateMark({ state, isCell }: { state: HostState; isCell: boolean }) {
  if (isCell)
    return (
      <span className={`heat-cell heat-0 heat-${state}`} aria-hidden="true">
        {SIGNS[state]}
      </span>
    );
  return (
    <svg className={`legend-mark node-${state}`} viewBox="-8 -8 16 16" aria-hidden="true">
      <StateShape state={state} size={6.5} />
    </svg>
  );
}
