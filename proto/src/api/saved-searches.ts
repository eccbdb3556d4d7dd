/** Searches that the peer repeats by itself, to tell its owner of what is new. */
import Type, { type Static } from 'typebox';
import { MAX_QUERY_CHARS, MAX_SAVED_NAMES } from '../limits.ts';

const Nullable = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()]);

export const SavedSearchRequest = Type.Object(
  { query: Type.String({ minLength: 1, maxLength: MAX_QUERY_CHARS }) },
  { additionalProperties: false },
);
export type SavedSearchRequest = Static<typeof SavedSearchRequest>;

export const SavedSearchView = Type.Object({
  id: Type.String(),
  query: Type.String(),
  addedAt: Type.Integer({ description: 'Unix ms' }),
  /** When the network was asked last, and when it will be next; null: not yet. */
  askedAt: Nullable(Type.Integer()),
  nextAt: Nullable(Type.Integer()),
  /** Contents that were not there before and that nobody has looked at yet. */
  fresh: Type.Integer(),
  /** Names of the newest of them. */
  names: Type.Array(Type.String(), { maxItems: MAX_SAVED_NAMES }),
  /** Why the last question had no answer. */
  problem: Nullable(Type.Object({ code: Type.String(), message: Type.String() })),
});
export type SavedSearchView = Static<typeof SavedSearchView>;
