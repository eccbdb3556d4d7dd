/** Follows downloads of the peer until each is done, has failed or is gone. */
import { BanyanError, toBanyanError, type DownloadView } from '@banyan/proto';
import type { Peer } from '../cli.ts';

/** Frames come on every change, and at least the rate changes; after this silence we ask whether the peer still lives. */
const SILENCE_MS = 3_000;
/** A peer that is restarted is back before this. */
const AWAY_MS = 30_000;
/** The most rows a view may have. */
const VIEW_ROWS = 200;

export interface FollowInit {
  /** Told the followed downloads, in the order given, whenever something changed. */
  readonly onViews: (views: readonly DownloadView[]) => void;
  /** The peer went away (true) or came back (false). */
  readonly onAway: (away: boolean) => void;
  /** Default {@link SILENCE_MS}; tests are shorter. */
  readonly silenceMs?: number;
  readonly awayMs?: number;
}

/** Downloads that are asked for one by one. */
const MAX_SINGLE_QUESTIONS = 10;

const isOver = ({ state }: DownloadView): boolean => state === 'done' || state === 'failed';

/**
 * Resolves when all are over. Paused ones are waited for: whoever paused them may go on with them.
 *
 * @throws BanyanError `not_found` when one was taken from the list, `peer_not_running`, `aborted` at Ctrl-C
 */
export async function followDownloads(
  peer: Pick<Peer, 'api' | 'signal'>,
  started: readonly DownloadView[],
  init: FollowInit,
): Promise<readonly DownloadView[]> {
  const { api, signal } = peer;
  const silenceMs = init.silenceMs ?? SILENCE_MS;
  const awayMs = init.awayMs ?? AWAY_MS;
  const current = new Map(started.map((view) => [view.id, view]));
  const views = (): DownloadView[] => [...current.values()];
  return new Promise((resolve, reject) => {
    let ended = false;
    let silence: NodeJS.Timeout | undefined;
    let awaySince: number | undefined;
    let asking = false;

    const end = (settle: () => void): void => {
      if (ended) return;
      ended = true;
      clearTimeout(silence);
      signal.removeEventListener('abort', onAbort);
      view.close();
      settle();
    };
    const fail = (error: unknown): void => end(() => reject(toBanyanError(error)));
    const onAbort = (): void => fail(new BanyanError('aborted'));

    const take = (rows: readonly DownloadView[]): void => {
      for (const row of rows) if (current.has(row.id)) current.set(row.id, row);
      init.onViews(views());
      if (views().every(isOver)) end(() => resolve(views()));
    };
    const heard = (): void => {
      if (awaySince !== undefined) init.onAway(false);
      awaySince = undefined;
      clearTimeout(silence);
      if (!ended) silence = setTimeout(() => void ask(), silenceMs);
    };
    /** Asks for those that no frame showed: silent, beyond the window, or gone. */
    const ask = async (): Promise<void> => {
      if (asking || ended) return;
      asking = true;
      try {
        const open = views().filter((v) => !isOver(v));
        const rows = await rowsOf(open);
        heard();
        if (!ended) take(rows);
      } catch (error) {
        const known = toBanyanError(error);
        if (known.code !== 'peer_not_running') {
          fail(
            known.code === 'not_found'
              ? new BanyanError(
                  'not_found',
                  'The download was taken from the list of the peer: it was cancelled.',
                )
              : known,
          );
        } else {
          if (awaySince === undefined) {
            awaySince = Date.now();
            init.onAway(true);
          }
          if (Date.now() - awaySince > awayMs) fail(known);
          else silence = setTimeout(() => void ask(), Math.min(1_000, silenceMs));
        }
      } finally {
        asking = false;
      }
    };

    /** Of many the whole list is one question. */
    const rowsOf = async (open: readonly DownloadView[]): Promise<readonly DownloadView[]> => {
      if (open.length <= MAX_SINGLE_QUESTIONS)
        return Promise.all(open.map(({ id }) => api.download(id, signal)));
      const rows = await api.downloads(signal);
      if (open.some(({ id }) => !rows.some((row) => row.id === id))) throw new BanyanError('not_found');
      return rows;
    };

    const view = api.openView(
      'downloads',
      { first: 0, count: VIEW_ROWS },
      {
        onFrame: (frame) => {
          if (ended) return;
          const before = views().filter((v) => !isOver(v)).length;
          const missing = views().some((v) => !isOver(v) && !frame.rows.some((row) => row.id === v.id));
          heard();
          if (before > 0) take(frame.rows);
          if (missing && !ended) void ask();
        },
      },
    );
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    else {
      heard();
      take([]);
    }
  });
}
