import { displayText, type MapNode } from '@banyan/proto';
import { useEffect, useRef } from 'react';
import { useWords } from '../i18n/words.tsx';
import { hostHref } from '../route.ts';
import { useNodeText } from './node-text.ts';
import { StateShape } from './state-mark.tsx';

/** Up to so many nodes labels lie level; more of them need to stand like rays. */
const FEW = 12;
/** Nodes from which on there is less room for each. */
const MANY = 80;
/** Room along the ring that a node and its label need, in units of the drawing: of few and of many. */
const STEPS = [42, 22] as const;
const MAX_NODES = [16, 7] as const;
const MIN_NODE = 5;
const MIN_RADIUS = 120;
/** Room outside the ring for labels that lie level, beside it and above; and for rays, which have the word of their state behind them. */
const LEVEL_MARGINS = [156, 60] as const;
const RAY_MARGINS = [236, 236] as const;
const MAX_LABEL = 16;
/** A drawing is scrolled rather than shrunk to less than this: its labels have to be read. */
const MIN_SCALE = 0.8;
/** From a label to the word below it. */
const LINE = 14;

/** Supernodes on a ring in the order of their names: size is leaves, the arc around is load, the shape is the state. */
export function Ring({
  nodes,
  found,
}: {
  nodes: readonly MapNode[];
  found: ReadonlySet<string> | undefined;
}) {
  const { t } = useWords();
  const textOf = useNodeText();
  const isMany = nodes.length > MANY ? 1 : 0;
  const radius = Math.max(MIN_RADIUS, (nodes.length * STEPS[isMany]) / (2 * Math.PI));
  const isLevel = nodes.length <= FEW;
  const [beside, above] = isLevel ? LEVEL_MARGINS : RAY_MARGINS;
  const half = radius + beside;
  const tall = radius + above;
  const most = Math.max(1, ...nodes.map(({ leaves }) => leaves));
  const leaves = nodes.reduce((sum, node) => sum + node.leaves, 0);
  const box = useRef<HTMLDivElement>(null);
  // Of a drawing that does not fit the top of the ring is in sight at first, and then what is looked for.
  const firstFound = found === undefined ? undefined : nodes.findIndex(({ deviceId }) => found.has(deviceId));
  useEffect(() => {
    const [place, drawing] = [box.current, box.current?.firstElementChild];
    if (place === null || drawing == null || firstFound === -1) return;
    const angle = firstFound === undefined ? -Math.PI / 2 : angleOf(firstFound, nodes.length);
    const scale = drawing.clientWidth / (2 * half);
    place.scrollTo({
      left: (half + Math.cos(angle) * radius) * scale - place.clientWidth / 2,
      top: (tall + Math.sin(angle) * radius) * scale - place.clientHeight / 2,
    });
  }, [firstFound, nodes.length, half, tall, radius]);
  return (
    <div ref={box} className="map-scroll" tabIndex={0} role="region" aria-label={t('map.drawing')}>
      <svg
        className="ring"
        viewBox={`${-half} ${-tall} ${2 * half} ${2 * tall}`}
        style={{
          width: `min(100%, ${Math.round(2 * half)}px)`,
          minWidth: Math.round(2 * half * MIN_SCALE),
        }}
        role="group"
        aria-label={t('map.summary', { count: nodes.length, leaves })}
      >
        <circle className="ring-line" r={radius} />
        <text className="ring-total" textAnchor="middle" y="-2">
          {t('map.count', { count: nodes.length })}
        </text>
        <text className="ring-more" textAnchor="middle" y="20">
          {t('map.leaves', { count: leaves })}
        </text>
        {nodes.map((node, i) => {
          const angle = angleOf(i, nodes.length);
          const size = MIN_NODE + (MAX_NODES[isMany] - MIN_NODE) * Math.sqrt(node.leaves / most);
          return (
            <Node
              key={node.deviceId}
              node={node}
              at={[Math.cos(angle) * radius, Math.sin(angle) * radius]}
              angle={angle}
              isLevel={isLevel}
              size={size}
              isDim={found !== undefined && !found.has(node.deviceId)}
              text={textOf(node)}
              word={node.state === 'serving' ? undefined : t(`state.${node.state}`)}
            />
          );
        })}
      </svg>
    </div>
  );
}

/** Where on the ring a node is: the first at its top. */
function angleOf(index: number, count: number): number {
  return (index / count) * 2 * Math.PI - Math.PI / 2;
}

function Node({
  node,
  at: [x, y],
  angle,
  isLevel,
  size,
  isDim,
  text,
  word,
}: {
  node: MapNode;
  at: readonly [number, number];
  angle: number;
  isLevel: boolean;
  size: number;
  isDim: boolean;
  text: string;
  /** Of its state, where that is not what all should be. */
  word: string | undefined;
}) {
  const load = node.capacity === 0 ? 0 : Math.min(1, node.leaves / node.capacity);
  const ring = size + 4;
  const around = 2 * Math.PI * ring;
  const label = displayText(node.name, 64);
  const place = placeOf(angle, ring + 6, isLevel, word === undefined ? 1 : 2);
  return (
    // The table below is what keyboards and screen readers use: hundreds of stops here would be in their way.
    <a
      href={hostHref(node.deviceId)}
      tabIndex={-1}
      aria-hidden="true"
      className={`node node-${node.state}${isDim ? ' node-dim' : ''}`}
    >
      <g transform={`translate(${x} ${y})`}>
        <title>{text}</title>
        <circle className="node-track" r={ring} />
        <circle
          className={load > 0.85 ? 'node-load node-full' : 'node-load'}
          r={ring}
          strokeDasharray={`${load * around} ${around}`}
          transform="rotate(-90)"
        />
        <StateShape state={node.state} size={size} />
        <text {...place} dominantBaseline="central">
          {label.length > MAX_LABEL ? `${label.slice(0, MAX_LABEL - 1)}…` : label}
          {word === undefined ? null : (
            <tspan className="node-word" {...(isLevel ? { x: place.x, dy: LINE } : { dx: 6 })}>
              {word}
            </tspan>
          )}
        </text>
      </g>
    </a>
  );
}

/**
 * Where a label begins and how it lies: outside the ring, and never upside down.
 *
 * @param lines - of one that lies level
 */
function placeOf(angle: number, distance: number, isLevel: boolean, lines: number) {
  const [x, y] = [Math.cos(angle), Math.sin(angle)];
  const isLeft = x < -1e-9;
  const anchor = isLeft ? ('end' as const) : ('start' as const);
  const below = (lines - 1) * LINE;
  if (isLevel)
    return Math.abs(x) < 0.3
      ? { x: 0, y: y < 0 ? -(distance + 8 + below) : distance + 8, textAnchor: 'middle' as const }
      : { x: isLeft ? -distance : distance, y: -below / 2, textAnchor: anchor };
  const degrees = (angle * 180) / Math.PI + (isLeft ? 180 : 0);
  return { transform: `rotate(${degrees})`, x: isLeft ? -distance : distance, textAnchor: anchor };
}
