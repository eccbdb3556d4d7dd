/** One share: scanned, watched, and looked at again where something happened. */
import { opendir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Clock, Log, Timer } from '@banyan/kit';
import { toBanyanError, type FileError, type ShareView } from '@banyan/proto';
import { compileExclusions, type LeavesOut } from './exclusions.ts';
import type { LibraryIndex } from './index-db.ts';
import type { ShareRow } from './index-rows.ts';
import {
  FILE_SETTLE_MS,
  MAX_CHANGED_NAMES,
  MAX_SETTLE_MS,
  MAX_SETTLING_FILES,
  PRESENCE_CHECK_MS,
  REMOVE_BATCH,
  UNWATCHED_RESCAN_MS,
  WATCH_DEBOUNCE_MS,
  WATCHED_RESCAN_MS,
} from './limits.ts';
import { forgetFolder, forgetOne, scanFolder, scanNames, type ScanContext } from './scan.ts';
import { createShareErrors } from './share-errors.ts';
import type { Seen } from './stamp.ts';
import { watchFolders, type Watch } from './watch.ts';

export interface SharedFolderComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly index: LibraryIndex;
}

export interface SharedFolderInit {
  readonly row: ShareRow;
  readonly isExcluded: (path: string) => boolean;
  /** Something in the view changed; there may be files to hash. */
  readonly onChange: () => void;
  /** Default {@link FILE_SETTLE_MS}. */
  readonly settleMs?: number;
  readonly maxWatchedFolders?: number;
}

/** A file that was seen changing. */
interface Restless {
  readonly folder: string;
  readonly name: string;
  key: string;
  dueAt: number;
  /** How often it came to rest and changed again. */
  rests: number;
  resting: boolean;
}

export class SharedFolder {
  readonly #c: SharedFolderComponents;
  readonly #init: SharedFolderInit;
  readonly #errors = createShareErrors();
  readonly #stop = new AbortController();
  readonly #restless = new Map<string, Restless>();
  /** Folder → names where something happened; undefined: anything, also below it. */
  readonly #events = new Map<string, Set<string> | undefined>();
  #row: ShareRow;
  #leavesOut: LeavesOut;
  #wantsScan = false;
  #scanning = false;
  #running: Promise<void> | undefined;
  #watch: Watch | undefined;
  #watched = false;
  #watchProblem: FileError | undefined;
  #presence: Timer | undefined;
  #rescan: Timer | undefined;
  #restTimer: Timer | undefined;
  #eventTimer: Timer | undefined;

  constructor(components: SharedFolderComponents, init: SharedFolderInit) {
    this.#c = components;
    this.#init = init;
    this.#row = init.row;
    this.#leavesOut = compileExclusions(init.row.exclude ?? []);
  }

  get row(): ShareRow {
    return this.#row;
  }

  /** Whether a file or folder is left out although nothing in its name says so. */
  isExcluded(path: string): boolean {
    if (this.#init.isExcluded(path)) return true;
    const inside = relative(this.#row.path, path);
    return inside !== '' && this.#leavesOut(sep === '/' ? inside : inside.split(sep).join('/'));
  }

  /** Leaves out by other patterns from now on: what is left out is unpublished, what is not any more is hashed. */
  async setExclusions(exclude: readonly string[]): Promise<void> {
    await this.#putRow({ ...this.#row, exclude });
    this.#leavesOut = compileExclusions(exclude);
    this.scan();
    // Folders that were left out have not been watched.
    this.#openWatch();
  }

  get errorCount(): number {
    return this.#errors.count + this.#problems().length;
  }

  /** Whether nothing is being looked at, and nothing waited for. */
  get isQuiet(): boolean {
    return (
      this.#running === undefined &&
      this.#events.size === 0 &&
      ![...this.#restless.values()].some((file) => !file.resting)
    );
  }

  view(): ShareView {
    const { id, path, name, addedAt, missing, no, exclude } = this.#row;
    const totals = this.#c.index.totals(no);
    const busy = totals.pending > 0 || !this.isQuiet;
    return {
      id,
      path,
      name,
      state: missing
        ? 'missing'
        : this.#scanning || this.#wantsScan
          ? 'scanning'
          : busy
            ? 'hashing'
            : 'ready',
      files: totals.files,
      bytes: totals.bytes,
      skipped: totals.skipped,
      pending: { files: totals.pending, bytes: totals.pendingBytes },
      exclude: [...(exclude ?? [])],
      errors: [...this.#problems(), ...this.#errors.list()],
      addedAt,
    };
  }

  /** What is wrong with the share as a whole. */
  #problems(): FileError[] {
    const { index } = this.#c;
    const { path, no } = this.#row;
    const problems = this.#watchProblem === undefined ? [] : [this.#watchProblem];
    if (index.isOverfull(no))
      problems.push({
        path,
        code: 'limit_exceeded',
        message: `Not all files of this folder can be found by others: one device publishes at most ${index.maxRecords.toLocaleString('en')}. Share fewer files, or some of them from another device.`,
      });
    return problems;
  }

  start(): void {
    this.scan();
    this.#openWatch();
    this.#presence = this.#c.clock.setInterval(() => void this.#checkPresence(), PRESENCE_CHECK_MS, {
      keepAlive: false,
    });
  }

  /** Compares the whole share with the index, as soon as what is under way is done. */
  scan(): void {
    this.#wantsScan = true;
    this.#init.onChange();
    this.#run();
  }

  /** Looks at one file again soon. */
  lookAt(folder: string, name: string): void {
    this.#event(folder, name);
  }

  /** A file changed while it was read: it is looked at again when it has rested for a while. */
  waitFor(folder: string, name: string): void {
    const key = join(folder, name);
    const known = this.#restless.get(key);
    const rests = known === undefined ? 1 : known.resting ? known.rests + 1 : known.rests;
    // Whatever it is like then, it is seen as changed once more and has to rest from there.
    this.#rest(key, { folder, name, key: '', dueAt: 0, rests, resting: false });
  }

  setError(path: string, error: { readonly code: string; readonly message: string }): void {
    this.#errors.set(path, error);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    for (const timer of [this.#presence, this.#rescan, this.#restTimer, this.#eventTimer]) timer?.cancel();
    await this.#watch?.close();
    await this.#running;
  }

  // ---- waiting for files to rest ----

  #isSettled(folder: string, name: string, seen: Seen): boolean {
    const { clock } = this.#c;
    const path = join(folder, name);
    const settleMs = this.#init.settleMs ?? FILE_SETTLE_MS;
    const key = `${seen.stamp}-${seen.size}`;
    const now = clock.now();
    const known = this.#restless.get(path);
    if (known === undefined) {
      const age = now - seen.modifiedMs;
      // Times far in the future are nobody's last write.
      if (age >= settleMs || age < -settleMs) return true;
      if (this.#restless.size >= MAX_SETTLING_FILES) return true;
    } else if (known.key === key && (known.resting || known.dueAt <= now)) {
      known.resting = true;
      known.dueAt = now + MAX_SETTLE_MS;
      return true;
    } else if (known.key === key) return false;
    const rests = (known?.rests ?? 0) + (known?.resting === true ? 1 : 0);
    const wait = Math.min(settleMs * 2 ** Math.min(rests, 20), Math.max(settleMs, MAX_SETTLE_MS));
    this.#rest(path, { folder, name, key, dueAt: now + wait, rests, resting: false });
    return false;
  }

  #rest(path: string, file: Restless): void {
    this.#restless.set(path, file);
    this.#restTimer ??= this.#c.clock.setTimeout(() => this.#onRestTimer(), this.#restTick, {
      keepAlive: false,
    });
  }

  get #restTick(): number {
    return Math.max(20, (this.#init.settleMs ?? FILE_SETTLE_MS) / 4);
  }

  #onRestTimer(): void {
    this.#restTimer = undefined;
    const now = this.#c.clock.now();
    for (const [path, file] of this.#restless) {
      if (file.dueAt > now) continue;
      // One that rested this long is as good as any other.
      if (file.resting) this.#restless.delete(path);
      else this.#event(file.folder, file.name);
    }
    if (this.#restless.size > 0)
      this.#restTimer = this.#c.clock.setTimeout(() => this.#onRestTimer(), this.#restTick, {
        keepAlive: false,
      });
  }

  /** Files that were due and were not met by a scan since: they are no more. */
  #dropGone(started: number, wasLookedFor: (file: Restless) => boolean): void {
    for (const [path, file] of this.#restless) {
      if (!file.resting && file.dueAt <= started && wasLookedFor(file)) this.#restless.delete(path);
    }
  }

  // ---- work, one thing at a time ----

  #event(folder: string, name: string | undefined): void {
    if (this.#stop.signal.aborted) return;
    const names = this.#events.get(folder);
    if (name === undefined || (names !== undefined && names.size >= MAX_CHANGED_NAMES))
      this.#events.set(folder, undefined);
    else if (names !== undefined) names.add(name);
    else if (!this.#events.has(folder)) this.#events.set(folder, new Set([name]));
    this.#eventTimer ??= this.#c.clock.setTimeout(
      () => {
        this.#eventTimer = undefined;
        this.#run();
      },
      Math.min(WATCH_DEBOUNCE_MS, this.#init.settleMs ?? WATCH_DEBOUNCE_MS),
      { keepAlive: false },
    );
  }

  #run(): void {
    if (this.#running !== undefined || this.#stop.signal.aborted) return;
    this.#running = this.#work()
      .catch((error: unknown) => {
        const e = toBanyanError(error);
        if (this.#stop.signal.aborted) return;
        this.#c.log.error({ share: this.#row.path, err: e }, `scanning failed: ${e.message}`);
        this.#errors.set(this.#row.path, { code: e.code, message: e.message });
        this.#rescanIn(UNWATCHED_RESCAN_MS);
      })
      .finally(() => {
        this.#running = undefined;
        this.#scanning = false;
        this.#init.onChange();
        if (this.#wantsScan || this.#events.size > 0) this.#run();
      });
  }

  async #work(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      if (this.#wantsScan) {
        this.#wantsScan = false;
        this.#scanning = true;
        this.#events.clear();
        const started = this.#c.clock.now();
        await this.#scanAll();
        this.#dropGone(started, () => true);
        this.#scanning = false;
        this.#scheduleRescan();
      } else {
        const [next] = this.#events;
        if (next === undefined) return;
        const [folder, names] = next;
        this.#events.delete(folder);
        if (this.#row.missing) continue;
        const started = this.#c.clock.now();
        const trees = names === undefined ? [folder] : await scanNames(this.#context(), folder, [...names]);
        for (const tree of trees) {
          if (tree === '') this.#wantsScan = true;
          else await this.#scanTree(tree);
        }
        this.#dropGone(
          started,
          (file) =>
            (file.folder === folder && names?.has(file.name) !== false) ||
            trees.some((tree) => `${file.folder}/`.startsWith(`${tree}/`)),
        );
      }
      this.#init.onChange();
    }
  }

  #context(): ScanContext {
    const { index } = this.#c;
    return {
      share: this.#row,
      index,
      errors: this.#errors,
      signal: this.#stop.signal,
      isExcluded: (path) => this.isExcluded(path),
      isSettled: (folder, name, seen) => this.#isSettled(folder, name, seen),
    };
  }

  async #scanAll(): Promise<void> {
    const { index, log } = this.#c;
    if (!(await this.#isThere())) return this.#goMissing();
    if (this.#row.missing) {
      log.info({ share: this.#row.path }, 'a shared folder is back');
      await this.#putRow({ ...this.#row, missing: false });
    }
    this.#errors.beginRound();
    index.forgetOverfull(this.#row.no);
    const visited = new Set<number>();
    if (!(await this.#scanTree('', visited))) return;
    const { no } = this.#row;
    for (let after: string | undefined, more = true; more && !this.#stop.signal.aborted;) {
      const page = index.foldersOf(no, after, REMOVE_BATCH);
      for (const folder of page)
        if (!visited.has(folder.no)) await forgetOne(index, folder.no, this.#stop.signal);
      after = page.at(-1)?.path;
      more = page.length === REMOVE_BATCH;
    }
    if (this.#stop.signal.aborted) return;
    this.#errors.endRound();
    // Files that went left room for those that were seen before and found none.
    if (index.isOverfull(no) && index.records < index.maxRecords) this.#wantsScan = true;
  }

  /** Reads a folder and all below it; false when it ended before its end. */
  async #scanTree(top: string, visited?: Set<number>): Promise<boolean> {
    const { index } = this.#c;
    const context = this.#context();
    const stack = [top];
    const seen = new Set<string>();
    for (let folder = stack.pop(); folder !== undefined; folder = stack.pop()) {
      const { state, subfolders } = await scanFolder(context, folder);
      if (this.#stop.signal.aborted) return false;
      if (state !== 'read') {
        if (folder === '') {
          await this.#goMissing();
          return false;
        }
        await forgetFolder(index, this.#row.no, folder, this.#stop.signal);
      } else {
        const no = index.folderNo(this.#row.no, folder);
        if (no !== undefined) visited?.add(no);
        if (visited === undefined) for (const path of subfolders) seen.add(path);
        stack.push(...subfolders);
      }
      this.#init.onChange();
    }
    // After an event: folders that were below it and are no more.
    if (visited === undefined) {
      const below = `${top}/`;
      for (let after = below, more = true; more;) {
        const page = index
          .foldersOf(this.#row.no, after, REMOVE_BATCH)
          .filter(({ path }) => path.startsWith(below));
        for (const { no, path } of page) if (!seen.has(path)) await forgetOne(index, no, this.#stop.signal);
        after = page.at(-1)?.path ?? after;
        more = page.length === REMOVE_BATCH;
      }
    }
    return true;
  }

  // ---- folders that come and go ----

  async #isThere(): Promise<boolean> {
    const { path, rootStamp, no } = this.#row;
    try {
      const info = await stat(path, { bigint: true });
      if (!info.isDirectory()) return false;
      const stamp = `${info.dev}-${info.ino}`;
      if (stamp === rootStamp) return true;
      // A drive that was pulled leaves the empty folder under which it was mounted.
      const totals = this.#c.index.totals(no);
      const knew = totals.files > 0 || totals.pending > 0 || this.#row.missing;
      if (knew && (await isEmpty(path))) return false;
      await this.#putRow({ ...this.#row, rootStamp: stamp });
      return true;
    } catch {
      return false;
    }
  }

  async #checkPresence(): Promise<void> {
    if (this.#running !== undefined || this.#stop.signal.aborted) return;
    const there = await this.#isThere().catch(() => false);
    if (there !== this.#row.missing || this.#stop.signal.aborted) return;
    this.scan();
    // What watched the old folder hears nothing of the new one.
    if (there) this.#openWatch();
  }

  async #goMissing(): Promise<void> {
    const { index, log } = this.#c;
    if (!this.#row.missing) {
      log.warn(
        { share: this.#row.path },
        'a shared folder is not there; its files are withdrawn until it is back',
      );
      await this.#putRow({ ...this.#row, missing: true });
    }
    for (let afterFolder: string | undefined, more = true; more;) {
      const page = index.foldersOf(this.#row.no, afterFolder, REMOVE_BATCH);
      for (const folder of page) await this.#withdrawFolder(folder.no);
      afterFolder = page.at(-1)?.path;
      more = page.length === REMOVE_BATCH;
    }
  }

  async #withdrawFolder(folder: number): Promise<void> {
    const { index } = this.#c;
    for (let after = '', more = true; more && !this.#stop.signal.aborted;) {
      const page = index.filesIn(folder, after, REMOVE_BATCH);
      const ids = page.filter(({ id }) => index.isPublished(id));
      if (ids.length > 0) await index.write((tx) => ids.forEach(({ id }) => tx.withdraw(id)));
      after = page.at(-1)?.name ?? after;
      more = page.length === REMOVE_BATCH;
    }
  }

  async #putRow(row: ShareRow): Promise<void> {
    await this.#c.index.write((tx) => tx.putShare(row));
    this.#row = row;
    this.#init.onChange();
  }

  // ---- watching ----

  #openWatch(): void {
    const { clock, log } = this.#c;
    void this.#watch?.close();
    this.#watched = false;
    const watch = watchFolders(
      { clock, log },
      {
        root: this.#row.path,
        isExcluded: (path) => this.isExcluded(path),
        ...(this.#init.maxWatchedFolders === undefined ? {} : { maxFolders: this.#init.maxWatchedFolders }),
        onEvent: (folder, name) => {
          if (this.#watch === watch) this.#event(folder, name);
        },
        onReady: () => {
          if (this.#watch !== watch || this.#stop.signal.aborted) return;
          this.#watched = true;
          this.#watchProblem = undefined;
          // What happened between the scan and now was not heard.
          if (!this.#row.missing) this.scan();
        },
        onFailed: (reason) => {
          if (this.#watch !== watch || this.#stop.signal.aborted) return;
          this.#watched = false;
          const message = `This folder is not watched: ${reason}. Changes are found by a scan every ${UNWATCHED_RESCAN_MS / 60_000} minutes.`;
          this.#watchProblem = { path: this.#row.path, code: 'limit_exceeded', message };
          log.warn({ share: this.#row.path }, message);
          this.#scheduleRescan();
          this.#init.onChange();
        },
      },
    );
    this.#watch = watch;
  }

  #scheduleRescan(): void {
    this.#rescanIn(
      this.#watched || this.#watchProblem === undefined ? WATCHED_RESCAN_MS : UNWATCHED_RESCAN_MS,
    );
  }

  #rescanIn(ms: number): void {
    this.#rescan?.cancel();
    this.#rescan = this.#c.clock.setTimeout(() => this.scan(), ms, { keepAlive: false });
  }
}

async function isEmpty(path: string): Promise<boolean> {
  const dir = await opendir(path);
  try {
    return (await dir.read()) === null;
  } finally {
    await dir.close();
  }
}
