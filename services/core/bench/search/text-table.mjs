// Many texts outside of the JavaScript heap: a million strings on it would make the garbage collector's pauses, which
// fall into whatever call is being timed, the bench's and not the index's.

const FIRST_BYTES = 2 ** 20;
const FIRST_TEXTS = 2 ** 14;

/**
 * @returns {{ readonly size: number, readonly bytes: number, add(text: string): void, at(number: number): string,
 *   slice(from: number, to: number): string[] }} texts by number; `bytes`: their UTF-8 length in all
 */
export function createTextTable() {
  let buffer = Buffer.allocUnsafe(FIRST_BYTES);
  let ends = new Float64Array(FIRST_TEXTS);
  let size = 0;
  let used = 0;
  const at = (number) => buffer.toString('utf8', number === 0 ? 0 : ends[number - 1], ends[number]);
  return {
    get size() {
      return size;
    },
    get bytes() {
      return used;
    },
    add(text) {
      const needed = used + 3 * text.length;
      if (needed > buffer.length) {
        const grown = Buffer.allocUnsafe(Math.max(needed, 2 * buffer.length));
        buffer.copy(grown, 0, 0, used);
        buffer = grown;
      }
      if (size === ends.length) {
        const grown = new Float64Array(2 * size);
        grown.set(ends);
        ends = grown;
      }
      used += buffer.write(text, used);
      ends[size] = used;
      size += 1;
    },
    at,
    slice: (from, to) => Array.from({ length: to - from }, (_, i) => at(from + i)),
  };
}
