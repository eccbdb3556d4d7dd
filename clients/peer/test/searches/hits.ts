/** Hits and answers as a supernode gives them. */
import { NO_TAGS, type ContentId, type Hit, type SearchDone } from '@banyan/proto';

export const content = (n: number): ContentId => ({
  root: new Uint8Array(32).fill(n % 256),
  length: 100 + n,
});

export const hit = (n: number, more: Partial<Hit> = {}): Hit => ({
  ...content(n),
  name: `file ${n}.ogg`,
  names: [],
  folder: '',
  type: 1,
  tags: NO_TAGS,
  sources: 1,
  reachableSources: 1,
  score: n,
  modifiedS: 5,
  explain: [],
  supernodes: [],
  offers: 0,
  freeSources: 0,
  rate: 0,
  ...more,
});

export const done = (more: Partial<SearchDone> = {}): SearchDone => ({
  asked: 2,
  answered: 2,
  timedOut: 0,
  totalEstimate: 0,
  answers: [],
  searchedFor: '',
  cursor: new Uint8Array(0),
  facets: [],
  hints: [],
  correction: null,
  ...more,
});
