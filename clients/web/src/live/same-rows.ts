/** Rows of two frames that say the same are one object, so that what shows them is not drawn again. */

export interface WindowFrame {
  readonly first: number;
  readonly rows: readonly unknown[];
}

/** `now` with those rows of `before` in it that have not changed at their place. */
export function keepSameRows<Frame extends WindowFrame>(before: Frame | undefined, now: Frame): Frame {
  if (before === undefined) return now;
  const rows = now.rows.map((row, i) => {
    const old = before.rows[now.first + i - before.first];
    return old !== undefined && isSame(old, row) ? old : row;
  });
  return { ...now, rows };
}

/** Whether two values of JSON say the same. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const keys = Object.keys(a);
  return (
    Array.isArray(a) === Array.isArray(b) &&
    keys.length === Object.keys(b).length &&
    keys.every(
      (key) =>
        Object.hasOwn(b, key) &&
        isSame((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
    )
  );
}
