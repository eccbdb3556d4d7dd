// How soon a page answers, as the browser itself counts it (Event Timing): from the event to the next picture that shows what it did.

/** The browser tells of no event that took less, ms. */
const LEAST_MS = 16;

/** From now on, and over reloads, the page keeps what its interactions took. */
export async function recordInteractions(page) {
  const record = () => {
    const kept = new Map();
    globalThis.banyanInteractions = kept;
    new PerformanceObserver((list) => {
      for (const { interactionId, duration } of list.getEntries())
        if (interactionId > 0) kept.set(interactionId, Math.max(kept.get(interactionId) ?? 0, duration));
    }).observe({ type: 'event', buffered: true, durationThreshold: 16 });
  };
  await page.evaluate(record);
}

/**
 * What they took, ms, in order; those below the browser's threshold with that threshold.
 *
 * @returns {Promise<number[]>}
 */
export async function interactionTimes(page) {
  const { kept, count } = await page.evaluate(
    () =>
      new Promise((resolve) => {
        // The last ones are told after their picture.
        requestAnimationFrame(() =>
          setTimeout(
            () =>
              resolve({
                kept: [...globalThis.banyanInteractions.values()],
                count: performance.interactionCount,
              }),
            200,
          ),
        );
      }),
  );
  const quick = Array.from({ length: Math.max(0, count - kept.length) }, () => LEAST_MS);
  return [...quick, ...kept].sort((a, b) => a - b);
}
