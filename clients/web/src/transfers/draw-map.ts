import { MINE_LOOKS, SOURCE_LOOKS, type CellLook, type MapState } from './chunk-map-state.ts';

/** Heights in CSS px: what is here is looked at, sources are compared with it. */
const MINE_PX = 26;
const LANE_PX = 10;
const GAP_PX = 3;
/** Side of a pattern's tile. */
const TILE_PX = 6;

/** Height of the drawing of a map with so many lanes, CSS px. */
export const mapHeight = (lanes: number): number => MINE_PX + Math.max(0, lanes - 1) * (LANE_PX + GAP_PX);

/** What is drawn with: colours of the theme. */
export interface MapColours {
  readonly track: string;
  readonly ink: string;
  readonly warn: string;
  readonly bad: string;
  /** Of sources, by number. */
  readonly sources: readonly string[];
}

export function coloursOf(element: Element, sourceColours: number): MapColours {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    track: colour('--track'),
    ink: colour('--accent'),
    warn: colour('--warn'),
    bad: colour('--bad'),
    sources: Array.from({ length: sourceColours }, (_, i) => colour(`--source-${i}`)),
  };
}

/**
 * Draws all lanes; a run of equal cells is one rectangle, so it costs at most a thousand of them for each lane.
 *
 * @param width - CSS px
 * @param colourOf - number of the colour of each source, by device id
 */
export function drawMap(
  canvas: HTMLCanvasElement,
  width: number,
  map: MapState,
  colours: MapColours,
  colourOf: ReadonlyMap<string, number>,
): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const ratio = window.devicePixelRatio;
  const height = mapHeight(map.lanes.length);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  let y = 0;
  for (const { source, cells } of map.lanes) {
    const isMine = source === null;
    const laneHeight = isMine ? MINE_PX : LANE_PX;
    const ink = isMine ? colours.ink : (colours.sources[colourOf.get(source) ?? -1] ?? colours.ink);
    const looks = isMine ? MINE_LOOKS : SOURCE_LOOKS;
    context.fillStyle = colours.track;
    context.fillRect(0, y, width, laneHeight);
    const step = width / Math.max(1, cells.length);
    for (let at = 0; at < cells.length;) {
      const state = cells[at] ?? 0;
      let end = at + 1;
      while (end < cells.length && cells[end] === state) end++;
      const look = looks[state] ?? 'empty';
      // What is under way is a cell of a thousand: at least a pixel of it is seen.
      const from = at * step;
      const shown = Math.max(end * step - from, look === 'empty' ? 0 : 1);
      const colour = look === 'bars' ? colours.bad : isMine && UNDER_WAY.has(look) ? colours.warn : ink;
      fillCell(context, look, colour, from, y, shown, laneHeight);
      at = end;
    }
    y += laneHeight + GAP_PX;
  }
}

const UNDER_WAY: ReadonlySet<CellLook> = new Set<CellLook>(['stripes', 'cross', 'dots']);

/** One rectangle with a look; also for the legend. */
export function fillCell(
  context: CanvasRenderingContext2D,
  look: CellLook,
  colour: string,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  if (look === 'empty' || width <= 0) return;
  if (look === 'half') {
    context.fillStyle = colour;
    context.fillRect(x, y + height / 2, width, height / 2);
    return;
  }
  context.fillStyle = look === 'full' ? colour : (patternOf(context, look, colour) ?? colour);
  context.fillRect(x, y, width, height);
}

type Hatching = Exclude<CellLook, 'empty' | 'full' | 'half'>;

/** Any canvas may use them; there are no more than looks times colours of the themes. */
const patterns = new Map<string, CanvasPattern | null>();

function patternOf(context: CanvasRenderingContext2D, look: Hatching, colour: string): CanvasPattern | null {
  const key = `${look} ${colour}`;
  let pattern = patterns.get(key);
  if (pattern === undefined) patterns.set(key, (pattern = makePattern(context, look, colour)));
  return pattern;
}

function makePattern(
  context: CanvasRenderingContext2D,
  look: Hatching,
  colour: string,
): CanvasPattern | null {
  const tile = document.createElement('canvas');
  tile.width = tile.height = TILE_PX;
  const pen = tile.getContext('2d');
  if (pen === null) return null;
  pen.strokeStyle = pen.fillStyle = colour;
  pen.lineWidth = 2;
  pen.beginPath();
  if (look === 'bars') {
    pen.rect(0, 0, TILE_PX, 2);
    pen.fill();
  } else if (look === 'dots') {
    pen.rect(1, 1, 2, 2);
    pen.rect(4, 4, 2, 2);
    pen.fill();
  } else {
    // Corners are drawn twice, so that lines go on from tile to tile.
    for (const shift of [-TILE_PX, 0, TILE_PX]) {
      pen.moveTo(shift, TILE_PX);
      pen.lineTo(shift + TILE_PX, 0);
      if (look === 'cross') {
        pen.moveTo(shift, 0);
        pen.lineTo(shift + TILE_PX, TILE_PX);
      }
    }
    pen.stroke();
  }
  return context.createPattern(tile, 'repeat');
}
