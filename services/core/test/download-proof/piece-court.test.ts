import { CHUNK_BYTES } from '@banyan/proto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createPieceCourt, type CourtAction, type CourtEvent, type PieceCourt } from '../../src/index.ts';

type ActionOf<T extends CourtAction['type']> = Extract<CourtAction, { type: T }>;
const only = <T extends CourtAction['type']>(actions: readonly CourtAction[], type: T): ActionOf<T>[] =>
  actions.filter((action): action is ActionOf<T> => action.type === type);

const RIGHT: Uint8Array = new Uint8Array([1]);
const WRONG: Uint8Array = new Uint8Array([2]);
const kept = (chunk: number, sourceId: string | undefined, hash = RIGHT): CourtEvent => ({
  type: 'kept',
  chunk,
  sourceId,
  hash,
});

function make(chunks: number, pieceLength: number, sources: readonly string[]): PieceCourt {
  const court = createPieceCourt({ length: chunks * CHUNK_BYTES, pieceLength });
  for (const sourceId of sources) court.handle({ type: 'source-added', sourceId });
  return court;
}

describe('a piece court', () => {
  it('checks a piece once all its chunks are kept, and proves what it alone stands for', () => {
    const court = make(4, 2 * CHUNK_BYTES, ['a']);
    expect(court.handle(kept(0, 'a'))).toEqual([]);
    expect(court.handle(kept(1, 'a'))).toEqual([{ type: 'check', piece: 0, start: 0, end: 2 * CHUNK_BYTES }]);
    expect(court.handle({ type: 'checked', piece: 0, holds: true })).toEqual([
      { type: 'prove', chunks: [0, 1] },
    ]);
    expect(court.complete).toBe(false);
  });

  it('proves a chunk that two pieces share when both hold', () => {
    const court = make(2, 1.5 * CHUNK_BYTES, ['a']);
    court.handle(kept(0, 'a'));
    expect(only(court.handle(kept(1, 'a')), 'check').map(({ piece }) => piece)).toEqual([0, 1]);
    expect(court.handle({ type: 'checked', piece: 0, holds: true })).toEqual([
      { type: 'prove', chunks: [0] },
    ]);
    expect(court.handle({ type: 'checked', piece: 1, holds: true })).toEqual([
      { type: 'prove', chunks: [1] },
    ]);
    expect(court.complete).toBe(true);
  });

  it('convicts the only sender of a wrong piece at once, and has it fetched again', () => {
    const court = make(2, 2 * CHUNK_BYTES, ['a', 'b']);
    court.handle(kept(0, 'a', WRONG));
    court.handle(kept(1, 'a', WRONG));
    expect(court.handle({ type: 'checked', piece: 0, holds: false })).toEqual([
      { type: 'convict', sourceId: 'a', chunk: 0 },
      { type: 'lose', chunks: [0, 1] },
    ]);
  });

  it('gives up when the only source that there is has it wrong', () => {
    const court = make(1, CHUNK_BYTES / 2 + 1, ['a']);
    court.handle(kept(0, 'a', WRONG));
    expect(only(court.handle({ type: 'checked', piece: 1, holds: false }), 'give-up')).toHaveLength(1);
  });

  it('has a piece of several senders fetched from one who had no part in it, and convicts by what differs', () => {
    const court = make(2, 2 * CHUNK_BYTES, ['a', 'b', 'c']);
    court.handle(kept(0, 'a', RIGHT));
    court.handle(kept(1, 'b', WRONG));
    expect(court.handle({ type: 'checked', piece: 0, holds: false })).toEqual([
      { type: 'restrict', chunks: [0, 1], only: 'c' },
      { type: 'lose', chunks: [0, 1] },
    ]);
    // Late bytes of another count for nothing.
    expect(court.handle(kept(1, 'b', WRONG))).toEqual([{ type: 'lose', chunks: [1] }]);
    court.handle(kept(0, 'c'));
    court.handle(kept(1, 'c'));
    expect(court.handle({ type: 'checked', piece: 0, holds: true })).toEqual([
      { type: 'restrict', chunks: [0, 1], only: undefined },
      { type: 'convict', sourceId: 'b', chunk: 1 },
      { type: 'prove', chunks: [0, 1] },
    ]);
  });

  it('goes to the next when the source of a trial is lost, and waits when there is nobody', () => {
    const court = make(2, 2 * CHUNK_BYTES, ['a', 'b']);
    court.handle(kept(0, 'a'));
    court.handle(kept(1, 'b', WRONG));
    court.handle({ type: 'checked', piece: 0, holds: false });
    expect(only(court.handle({ type: 'source-gone', sourceId: 'a', lied: false }), 'restrict')).toEqual([
      { type: 'restrict', chunks: [0, 1], only: 'b' },
    ]);
    const gone = court.handle({ type: 'source-gone', sourceId: 'b', lied: false });
    expect(only(gone, 'give-up')).toEqual([]);
    expect(only(court.handle({ type: 'source-added', sourceId: 'c' }), 'restrict')).toEqual([
      { type: 'restrict', chunks: [0, 1], only: 'c' },
    ]);
  });

  it('does not believe two who raced for a chunk and sent different bytes', () => {
    const court = make(2, 2 * CHUNK_BYTES, ['a', 'b']);
    court.handle(kept(0, 'a', RIGHT));
    expect(court.handle(kept(0, 'b', WRONG))).toEqual([{ type: 'lose', chunks: [0] }]);
    court.handle(kept(0, 'a', RIGHT));
    court.handle(kept(1, 'a', RIGHT));
    expect(only(court.handle({ type: 'checked', piece: 0, holds: true }), 'convict')).toEqual([
      { type: 'convict', sourceId: 'b', chunk: 0 },
    ]);
  });

  it('takes chunks that were proved otherwise, and needs no check when all are', () => {
    const court = make(3, 3 * CHUNK_BYTES, ['a']);
    court.handle(kept(0, 'a'));
    court.handle(kept(1, 'a', WRONG));
    expect(court.handle({ type: 'disproved', chunk: 1 })).toEqual([
      { type: 'convict', sourceId: 'a', chunk: 1 },
      { type: 'lose', chunks: [1] },
    ]);
    for (const chunk of [0, 1, 2]) court.handle({ type: 'proved', chunk });
    expect(court.complete).toBe(true);
  });

  it('convicts nobody innocent, and ends with the right bytes as long as one source has them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 60 }),
        fc.array(fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), { maxLength: 5 }),
        fc.integer(),
        (chunks, tenths, lies, seed) => {
          const pieceLength = Math.ceil((tenths * CHUNK_BYTES) / 10);
          const length = chunks * CHUNK_BYTES;
          // Whoever lies has its own wrong bytes; one source is honest.
          const liars = lies.map((wrong, index) => ({ id: `liar ${index}`, wrong }));
          const sources = [...liars.map(({ id }) => id), 'honest'];
          const court = make(chunks, pieceLength, sources);
          const hashOf = (id: string, chunk: number): Uint8Array => {
            const liar = liars.findIndex((one) => one.id === id);
            return liar >= 0 && liars[liar]!.wrong[chunk] === true ? new Uint8Array([9, liar]) : RIGHT;
          };
          let state = seed;
          const random = (n: number): number => {
            state = (Math.imul(state, 1103515245) + 12345) >>> 0;
            return state % n;
          };
          const disk = new Map<number, Uint8Array>();
          const usable = new Set(sources);
          const restricted = new Map<number, string>();
          const queue: CourtAction[] = [];
          const missing = new Set(Array.from({ length: chunks }, (_, i) => i));
          for (let step = 0; step < 5_000 && !court.complete; step++) {
            const action = queue.shift();
            if (action === undefined) {
              const open = [...missing];
              const chunk = open[random(open.length)];
              if (chunk === undefined) break;
              const able = [...usable].filter((id) => (restricted.get(chunk) ?? id) === id);
              const id = able[random(able.length)];
              expect(id).toBeDefined();
              disk.set(chunk, hashOf(id!, chunk));
              missing.delete(chunk);
              queue.push(...court.handle(kept(chunk, id, hashOf(id!, chunk))));
              continue;
            }
            if (action.type === 'check') {
              const first = Math.floor(action.start / CHUNK_BYTES);
              const end = Math.ceil(Math.min(action.end, length) / CHUNK_BYTES);
              let holds = true;
              for (let chunk = first; chunk < end; chunk++) holds &&= disk.get(chunk)?.length === 1;
              queue.push(...court.handle({ type: 'checked', piece: action.piece, holds }));
            } else if (action.type === 'lose') for (const chunk of action.chunks) missing.add(chunk);
            else if (action.type === 'restrict')
              for (const chunk of action.chunks)
                if (action.only === undefined) restricted.delete(chunk);
                else restricted.set(chunk, action.only);
            else if (action.type === 'convict') {
              expect(action.sourceId).not.toBe('honest');
              usable.delete(action.sourceId);
            } else expect(action.type).toBe('prove');
          }
          expect(court.complete).toBe(true);
          for (let chunk = 0; chunk < chunks; chunk++) expect(disk.get(chunk)).toEqual(RIGHT);
        },
      ),
      { numRuns: 300 },
    );
  });
});
