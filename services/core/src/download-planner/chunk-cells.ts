import { chunksPerCell, MINE_CELL, SOURCE_CELL } from '@banyan/proto';
import type { ChunkLedger } from './ledger.ts';
import { brings, type Source } from './source.ts';
import type { SourceTable } from './source-table.ts';
import type { ChunkCells } from './types.ts';

/** What a source's map has in each cell; good for as long as it has as many chunks in the same cells. */
interface MapCells {
  readonly held: number | undefined;
  readonly perCell: number;
  readonly cells: Uint8Array;
}

const mapCells = new WeakMap<Uint8Array, MapCells>();

/**
 * Looks at a download in at most `maxCells` cells. What is proved, and what nobody has, is counted in one pass over bytes; what
 * is asked for costs what is asked for; the map of a source is read when it has changed. So a file of a terabyte costs
 * milliseconds.
 *
 * @param maxSources - sources that are told of
 */
export function chunkCellsOf(
  ledger: ChunkLedger,
  table: SourceTable,
  maxCells: number,
  maxSources: number,
): ChunkCells {
  const { chunkCount } = ledger;
  const perCell = chunksPerCell(chunkCount, maxCells);
  const cellCount = Math.ceil(chunkCount / perCell);
  const sizeOf = (cell: number): number => Math.min(perCell, chunkCount - cell * perCell);

  const proved = ledger.provedPerCell(perCell);
  const [asked, raced, checking] = [0, 1, 2].map(() => new Uint32Array(cellCount)) as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  const times = new Map<number, number>();
  for (const request of ledger.requests.values())
    for (let chunk = request.first; chunk < request.end; chunk++)
      if (brings(request, chunk) && !ledger.isProved(chunk) && !ledger.isChecking(chunk))
        times.set(chunk, (times.get(chunk) ?? 0) + 1);
  for (const [chunk, count] of times) (count > 1 ? raced : asked)[Math.floor(chunk / perCell)]! += 1;
  for (const chunk of ledger.checked()) checking[Math.floor(chunk / perCell)]! += 1;
  const nowhere = nowherePerCell(ledger, table, perCell, cellCount);

  const mine = new Uint8Array(cellCount);
  const sums = { verified: 0, checking: 0, requested: 0, raced: 0, nowhere: 0 };
  for (let cell = 0; cell < cellCount; cell++) {
    sums.verified += proved[cell]!;
    sums.checking += checking[cell]!;
    sums.requested += asked[cell]!;
    sums.raced += raced[cell]!;
    sums.nowhere += nowhere?.[cell] ?? 0;
    if (proved[cell] === sizeOf(cell)) mine[cell] = MINE_CELL.verified;
    else if (raced[cell]! > 0) mine[cell] = MINE_CELL.raced;
    else if (asked[cell]! > 0) mine[cell] = MINE_CELL.requested;
    else if (checking[cell]! > 0) mine[cell] = MINE_CELL.checking;
    else if ((nowhere?.[cell] ?? 0) > 0) mine[cell] = MINE_CELL.nowhere;
    else if (proved[cell]! > 0) mine[cell] = MINE_CELL.partly;
  }
  const all = table.all();
  const ordered = [
    ...all.filter(({ gone }) => gone === undefined),
    ...all.filter(({ gone }) => gone !== undefined),
  ];
  return {
    perCell,
    mine,
    counts: {
      ...sums,
      available: chunkCount - sums.verified - sums.checking - sums.requested - sums.raced - sums.nowhere,
    },
    sources: ordered.slice(0, maxSources).map((source) => ({
      sourceId: source.id,
      cells: sourceCells(source, perCell, cellCount, sizeOf),
    })),
  };
}

/** Chunks that are free and that no usable source has; undefined: there is none. */
function nowherePerCell(
  ledger: ChunkLedger,
  table: SourceTable,
  perCell: number,
  cellCount: number,
): Uint32Array | undefined {
  if (table.usable().some((source) => source.map === undefined)) return undefined;
  const counts = new Uint32Array(cellCount);
  for (const run of ledger.free.runs)
    for (let chunk = run.start; chunk < run.end; chunk++)
      if (table.isNowhere(chunk)) counts[Math.floor(chunk / perCell)]! += 1;
  return counts;
}

function sourceCells(
  source: Source,
  perCell: number,
  cellCount: number,
  sizeOf: (cell: number) => number,
): Uint8Array {
  const cells = hasCells(source, perCell, cellCount, sizeOf).slice();
  for (const chunk of source.gave.keys()) {
    // The cells of what it gave are as fine as the finest map; a coarser one takes several together.
    cells[Math.floor((chunk * source.gavePerCell) / perCell)] = SOURCE_CELL.gave;
  }
  for (const request of source.requests)
    for (let chunk = request.first; chunk < request.end; chunk++)
      if (brings(request, chunk)) cells[Math.floor(chunk / perCell)] = SOURCE_CELL.asked;
  return cells;
}

function hasCells(
  { map, held }: Source,
  perCell: number,
  cellCount: number,
  sizeOf: (cell: number) => number,
): Uint8Array {
  if (map === undefined) return new Uint8Array(cellCount).fill(SOURCE_CELL.has);
  const known = mapCells.get(map);
  if (known?.held === held && known?.perCell === perCell) return known.cells;
  const cells = new Uint8Array(cellCount);
  for (let cell = 0; cell < cellCount; cell++) {
    let count = 0;
    const end = cell * perCell + sizeOf(cell);
    for (let chunk = cell * perCell; chunk < end; chunk++) count += map[chunk]!;
    cells[cell] =
      count === 0 ? SOURCE_CELL.lacks : count === sizeOf(cell) ? SOURCE_CELL.has : SOURCE_CELL.some;
  }
  mapCells.set(map, { held, perCell, cells });
  return cells;
}
