// Ctrl-C in a terminal reaches the whole process group, and npm (as npx) passes the signal it got on to the
// program it runs: the program sees one key press as two signals, which is how people say "at once!".

/** Within this time a repeated signal is the same key press; a person's second one takes longer. */
export const SAME_SIGNAL_MS = 300;

/**
 * Makes listeners of these signals hear each one once, however often it arrives within {@link SAME_SIGNAL_MS}.
 * Call it before the first listener is added: Node binds `emit` then.
 *
 * @param {import('node:events').EventEmitter} emitter the process
 * @param {string[]} signals
 * @param {() => number} [now] monotonic milliseconds
 */
export function onceEach(emitter, signals, now = () => performance.now()) {
  const last = new Map();
  const emit = emitter.emit;
  emitter.emit = function emitOnce(name, ...args) {
    if (signals.includes(name)) {
      const before = last.get(name);
      const time = now();
      if (before !== undefined && time - before < SAME_SIGNAL_MS) return true;
      last.set(name, time);
    }
    return emit.call(this, name, ...args);
  };
}
