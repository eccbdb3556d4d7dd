/** What a ban stands on, where it is told to operators. Neither who is banned nor any other member is told of it. */
import Type, { type Static } from 'typebox';
import { MAX_EVIDENCE, MAX_EVIDENCE_CHARS } from '../limits.ts';

export const Evidence = Type.Array(Type.String({ minLength: 1, maxLength: MAX_EVIDENCE_CHARS }), {
  maxItems: MAX_EVIDENCE,
  description: 'texts and links on which the ban stands, for operators; a line each',
});
export type Evidence = Static<typeof Evidence>;
