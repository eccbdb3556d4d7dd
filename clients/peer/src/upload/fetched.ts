/** What others have fetched from here, content by content, kept over starts: the answer to "is anybody using it?". */
import { displayText, FetchedView, MAX_DISPLAY_NAME_BYTES } from '@banyan/proto';
import type { Clock, Log, Startable, Timer } from '@banyan/kit';
import Type from 'typebox';
import Value from 'typebox/value';
import { readJsonFile, writePrivateFile } from '../private-file.ts';

/** Contents that are remembered, those fetched last; some 300 bytes each. */
const MAX_FETCHED = 1_000;
/** Accounts that are named for each; more are only said to be. */
const MAX_NAMED = 10;
/** A crash costs the news of so long. */
const SAVE_MS = 30_000;

const Kept = Type.Array(FetchedView, { maxItems: MAX_FETCHED });

export interface Served {
  /** Content id as text. */
  readonly content: string;
  readonly name: string;
  readonly account: string;
  readonly bytes: number;
}

export interface Fetched extends Startable {
  note(served: Served): void;
  /** The latest first. */
  list(): readonly FetchedView[];
  onChange(listener: () => void): void;
}

export function createFetched(
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  init: { readonly file: string },
): Fetched {
  /** In the order of the last fetch, the oldest first. */
  const byContent = new Map<string, FetchedView>();
  const listeners = new Set<() => void>();
  let timer: Timer | undefined;

  const save = async (): Promise<void> => {
    timer?.cancel();
    timer = undefined;
    await writePrivateFile(init.file, JSON.stringify([...byContent.values()])).catch((err: unknown) =>
      log.warn({ err }, 'what others fetched was not kept'),
    );
  };

  return {
    name: 'what others fetched',
    async start() {
      const kept = await readJsonFile(init.file);
      if (!Value.Check(Kept, kept)) return;
      for (const one of kept) byContent.set(one.content, one);
    },
    async stop() {
      if (timer !== undefined) await save();
    },
    note({ content, name, account, bytes }) {
      const before = byContent.get(content);
      const who = displayText(account, MAX_DISPLAY_NAME_BYTES);
      const isNamed = before?.accounts.includes(who) === true;
      const hasRoom = (before?.accounts.length ?? 0) < MAX_NAMED;
      byContent.delete(content);
      byContent.set(content, {
        content,
        name: displayText(name, MAX_DISPLAY_NAME_BYTES),
        bytes: (before?.bytes ?? 0) + bytes,
        accounts: isNamed || !hasRoom ? (before?.accounts ?? []) : [...(before?.accounts ?? []), who],
        more: before?.more === true || (!isNamed && !hasRoom),
        lastAccount: who,
        lastAt: clock.now(),
      });
      for (const oldest of byContent.keys()) {
        if (byContent.size <= MAX_FETCHED) break;
        byContent.delete(oldest);
      }
      timer ??= clock.setTimeout(() => void save(), SAVE_MS, { keepAlive: false });
      for (const listener of listeners) listener();
    },
    list: () => [...byContent.values()].reverse(),
    onChange: (listener) => void listeners.add(listener),
  };
}
