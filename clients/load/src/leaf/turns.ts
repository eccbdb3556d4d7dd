/**
 * Whatever is waited for begins in a turn of the event loop of its own, in the order in which it came.
 *
 * Leaves whose supernode died learn of it in one turn, and all of them want another one. What each does first keeps the loop
 * for a millisecond: real ones do it on as many machines, here a hundred of them at once would keep all the others waiting.
 */
export function createTurns(): () => Promise<void> {
  let last = Promise.resolve();
  return () => (last = last.then(nextTurn));
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
