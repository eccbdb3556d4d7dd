/** Deletions behind which a map that is not empty is made anew at the earliest. */
const RENEWED_AFTER = 32;

/**
 * A map of what comes and goes at once: requests under way, hundreds a second, few at a time. In the order of insertion, as a `Map`.
 *
 * ```
 *   Map:  table ──next──▶ table ──next──▶ table        each with what it held when it was rebuilt
 *         outlived the young, and so do all behind it
 * ```
 *
 * V8 rebuilds the table of a small `Map` every few deletions, and the old table points to the new one, for iterators that
 * are under way. Once one of them is in the old generation, those behind it follow, and what they held, until the next full
 * collection. A `Map` made anew now and then ends the chain.
 */
export class TransientMap<K, V> {
  #map = new Map<K, V>();
  #deleted = 0;

  get size(): number {
    return this.#map.size;
  }

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  has(key: K): boolean {
    return this.#map.has(key);
  }

  set(key: K, value: V): void {
    this.#map.set(key, value);
  }

  /** @returns whether it was there */
  delete(key: K): boolean {
    if (!this.#map.delete(key)) return false;
    this.#deleted += 1;
    // Copying costs no more than the deletions before it did.
    if (this.#map.size === 0 || this.#deleted >= Math.max(RENEWED_AFTER, this.#map.size)) {
      this.#map = new Map(this.#map);
      this.#deleted = 0;
    }
    return true;
  }

  clear(): void {
    this.#map = new Map();
    this.#deleted = 0;
  }

  /** For going through at once: what is set while somebody goes through may be missed. */
  entries(): IterableIterator<[K, V]> {
    return this.#map.entries();
  }

  values(): IterableIterator<V> {
    return this.#map.values();
  }
}
