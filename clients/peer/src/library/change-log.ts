/** Which records changed, in order, as far back as memory allows. */
export interface ChangeLog {
  /** Grows by one with each change. */
  readonly version: number;
  push(id: number): void;
  /** Ids changed after version `since`, each once; undefined when that is too long ago or never was. */
  since(version: number): Set<number> | undefined;
}

/** Makes a log of the last `capacity` changes; 4 bytes each. */
export function createChangeLog(capacity: number): ChangeLog {
  const ring = new Uint32Array(capacity);
  let version = 0;
  return {
    get version() {
      return version;
    },
    push(id) {
      ring[version % capacity] = id;
      version += 1;
    },
    since(from) {
      if (from < 0 || from > version || version - from > capacity) return undefined;
      const ids = new Set<number>();
      for (let at = from; at < version; at++) ids.add(ring[at % capacity]!);
      return ids;
    },
  };
}
