/** Which records changed, in order, as far back as memory allows. */
export interface ChangeLog {
  /** Grows by one with each change. */
  readonly version: number;
  push(id: number, isThere: boolean): void;
  /**
   * Ids changed after version `since`, each once, and whether the record was there after its last change; undefined
   * when that is too long ago or never was.
   */
  since(version: number): Map<number, boolean> | undefined;
}

/** Makes a log of the last `capacity` changes; 5 bytes each. */
export function createChangeLog(capacity: number): ChangeLog {
  const ring = new Uint32Array(capacity);
  const there = new Uint8Array(capacity);
  let version = 0;
  return {
    get version() {
      return version;
    },
    push(id, isThere) {
      ring[version % capacity] = id;
      there[version % capacity] = isThere ? 1 : 0;
      version += 1;
    },
    since(from) {
      if (from < 0 || from > version || version - from > capacity) return undefined;
      const ids = new Map<number, boolean>();
      for (let at = from; at < version; at++) ids.set(ring[at % capacity]!, there[at % capacity] === 1);
      return ids;
    },
  };
}
