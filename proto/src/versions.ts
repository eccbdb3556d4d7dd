/**
 * Versions of the protocol that this release speaks; see spec/versions.md for what makes a new one. Both sides of a session
 * name theirs, and speak the highest that both know.
 */
export const PROTOCOL_VERSIONS = { min: 1, max: 1 } as const;

/** {@link PROTOCOL_VERSIONS} one by one, as the metadata of auth, beats and reports name them. */
export const SPOKEN_VERSIONS: readonly number[] = Array.from(
  { length: PROTOCOL_VERSIONS.max - PROTOCOL_VERSIONS.min + 1 },
  (_, i) => PROTOCOL_VERSIONS.min + i,
);

/** The version that both sides speak; undefined when they have none in common. */
export function commonVersion(theirs: { readonly min: number; readonly max: number }): number | undefined {
  const version = Math.min(theirs.max, PROTOCOL_VERSIONS.max);
  return version < Math.max(theirs.min, PROTOCOL_VERSIONS.min) ? undefined : version;
}
