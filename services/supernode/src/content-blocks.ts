/** Keeps contents that operators blocked out of the index, from the first block known until each one ends. */
import { contentKey, parseContentId, type RevocationEntry } from '@banyan/proto';
import type { SearchIndex } from '@banyan/core';
import type { Clock, Log, RevocationList, Startable, Timer } from '@banyan/kit';

export interface ContentBlocksComponents {
  readonly index: Pick<SearchIndex, 'setContentBlocked'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Asked at the start: before it, the network's revocations are not there. */
  readonly revocations: () => Pick<RevocationList, 'entries' | 'contentBlocked' | 'onChange'>;
  /** Something may not be shown any more. */
  readonly onBlocked?: () => void;
}

/** Blocks may have an end; they are looked over this often. */
const REVIEW_MS = 60_000;

export function createContentBlocks(components: ContentBlocksComponents): Startable {
  const { index, clock, log, onBlocked } = components;
  /** Contents that are blocked for a time. */
  const temporary = new Map<string, RevocationEntry>();
  let unsubscribe: (() => void) | undefined;
  let review: Timer | undefined;

  const apply = (revocations: Pick<RevocationList, 'contentBlocked'>, entry: RevocationEntry): void => {
    try {
      const content = parseContentId(entry.id);
      const blocked = revocations.contentBlocked(contentKey(content), clock.now()) !== undefined;
      index.setContentBlocked(content, blocked);
      if (blocked) onBlocked?.();
      if (blocked && entry.until !== null) temporary.set(entry.id, entry);
      else temporary.delete(entry.id);
    } catch (error) {
      log.warn({ err: error, id: entry.id }, 'a content block names no content');
    }
  };

  return {
    name: 'content blocks',
    start() {
      const revocations = components.revocations();
      // Those kept from an earlier run were applied before anybody could listen.
      for (const entry of revocations.entries('content')) apply(revocations, entry);
      unsubscribe = revocations.onChange(({ entries }) => {
        for (const entry of entries) if (entry.kind === 'content') apply(revocations, entry);
      });
      review = clock.setInterval(
        () => {
          for (const entry of [...temporary.values()]) apply(revocations, entry);
        },
        REVIEW_MS,
        { keepAlive: false },
      );
      return Promise.resolve();
    },
    stop() {
      unsubscribe?.();
      review?.cancel();
      return Promise.resolve();
    },
  };
}
