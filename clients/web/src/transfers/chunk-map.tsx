import { displayText, type DownloadView, type ViewFrame } from '@banyan/proto';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { I18n } from '../i18n/i18n.tsx';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate, type MessageKey } from '../i18n/messages.ts';
import { useClient } from '../live/client.tsx';
import { openTogether } from '../live/together.ts';
import { Name } from '../ui/name.tsx';
import { applyFrame, type CellLook, type MapState } from './chunk-map-state.ts';
import { coloursOf, drawMap, fillCell, mapHeight } from './draw-map.ts';
import { SOURCE_COLOURS } from './shares.ts';

/** Where in the file what lies: a lane for what is here, one for each source, and the same in words. */
export function ChunkMap({
  download,
  colours,
}: {
  download: DownloadView;
  /** Number of the colour of each source, by device id. */
  colours: ReadonlyMap<string, number>;
}) {
  const i18n = useI18n();
  const { t } = i18n;
  const map = useChunkMap(download.id);
  const theme = useTheme();
  if (map === undefined) return <div className="map" style={{ minHeight: mapHeight(1) }} />;
  const words = mapWords(map, i18n);
  return (
    <div className="map">
      <div className="map-drawing">
        <Drawing
          map={map}
          colours={colours}
          theme={theme}
          label={t('map.label', { name: isolate(displayText(download.name, 80)), words })}
        />
        <ul role="list" className="map-lanes">
          {map.lanes.map(({ source, account }) => (
            <li key={source ?? ''}>
              {source === null ? (
                t('map.mine')
              ) : (
                <Name text={account === '' ? source.slice(0, 8) : account} />
              )}
            </li>
          ))}
        </ul>
      </div>
      <p className="map-words">{words}</p>
      <Legend map={map} theme={theme} />
      {map.perCell > 1 ? <p className="section-note">{t('map.percell', { count: map.perCell })}</p> : null}
    </div>
  );
}

/** The lanes, drawn once for each frame, width and theme. */
function Drawing({
  map,
  colours,
  theme,
  label,
}: {
  map: MapState;
  colours: ReadonlyMap<string, number>;
  theme: string;
  label: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState<number>();
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    // Tells the first width, too: nothing is drawn before.
    const watch = new ResizeObserver(() => {
      setWidth(element.clientWidth);
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
    };
  }, []);
  useEffect(() => {
    const element = canvas.current;
    if (element === null || width === undefined) return;
    drawMap(element, width, map, coloursOf(element, SOURCE_COLOURS), colours);
  }, [map, colours, theme, width]);
  return (
    <canvas ref={canvas} role="img" aria-label={label} style={{ height: mapHeight(map.lanes.length) }} />
  );
}

/** "812 of 1,024 verified; 3 held by nobody" */
function mapWords({ chunks, counts }: MapState, { t, format }: I18n): string {
  const rest = (['checking', 'requested', 'raced', 'nowhere'] as const)
    .filter((state) => counts[state] > 0)
    .map((state) => t(`map.count.${state}`, { count: counts[state] }));
  return [t('map.count.verified', { verified: format.number(counts.verified), count: chunks }), ...rest].join(
    '; ',
  );
}

const LEGEND: readonly (readonly [CellLook, MessageKey, 'ink' | 'warn' | 'bad'])[] = [
  ['full', 'map.verified', 'ink'],
  ['half', 'map.partly', 'ink'],
  ['dots', 'map.checking', 'warn'],
  ['stripes', 'map.requested', 'warn'],
  ['cross', 'map.raced', 'warn'],
  ['empty', 'map.available', 'ink'],
  ['bars', 'map.nowhere', 'bad'],
];

function Legend({ map, theme }: { map: MapState; theme: string }) {
  const { t } = useI18n();
  // A cell is partly verified only where it stands for several chunks.
  const shown = LEGEND.filter(([look]) => look !== 'half' || map.perCell > 1);
  return (
    <ul role="list" className="map-legend" aria-label={t('map.legend')}>
      {shown.map(([look, label, colour]) => (
        <li key={look}>
          <Swatch key={theme} look={look} colour={colour} />
          {t(label)}
        </li>
      ))}
    </ul>
  );
}

const SWATCH_PX = 16;

function Swatch({ look, colour }: { look: CellLook; colour: 'ink' | 'warn' | 'bad' }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element === null || context === null || context === undefined) return;
    const colours = coloursOf(element, 0);
    context.fillStyle = colours.track;
    context.fillRect(0, 0, SWATCH_PX, SWATCH_PX);
    fillCell(context, look, colours[colour], 0, 0, SWATCH_PX, SWATCH_PX);
  }, [look, colour]);
  return <canvas ref={canvas} width={SWATCH_PX} height={SWATCH_PX} aria-hidden="true" />;
}

/** The map for as long as the component stands; asked for anew when a frame is missing. */
function useChunkMap(id: string): MapState | undefined {
  const client = useClient();
  const [map, setMap] = useState<MapState>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    let state: MapState | undefined;
    const view = openTogether<ViewFrame<'chunks'>>(
      (listener) => client.openView('chunks', { first: 0, count: 1, params: { id } }, listener),
      {
        onFrame({ seq, rows: [row] }) {
          if (row === undefined) return;
          const next = applyFrame(state, seq, row);
          if (next === undefined) setRound((before) => before + 1);
          else setMap((state = next));
        },
      },
    );
    return () => {
      view.close();
    };
  }, [client, id, round]);
  return map;
}

/** Changes with the theme: what is drawn in its colours is then drawn anew. */
function useTheme(): string {
  const dark = useMemo(() => window.matchMedia('(prefers-color-scheme: dark)'), []);
  const [theme, setTheme] = useState(dark.matches ? 'dark' : 'light');
  useEffect(() => {
    const onChange = () => {
      setTheme(dark.matches ? 'dark' : 'light');
    };
    dark.addEventListener('change', onChange);
    return () => {
      dark.removeEventListener('change', onChange);
    };
  }, [dark]);
  return theme;
}
