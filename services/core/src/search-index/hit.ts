/** Writes a content out as a hit: names voted, tags of the best text. */
import type { Hit, ScorePart, Tags } from '@banyan/proto';
import { rootOf, type Content, type Face } from './entities.ts';
import { isVisible, type Sources } from './visibility.ts';

/** Other names told with a hit: enough to recognise it, and no room for stuffing. */
export const MAX_HIT_NAMES = 4;
/** Records looked at for the vote. */
const MAX_VOTES = 4096;

const NO_TAGS: Tags = {
  title: '',
  artist: '',
  album: '',
  year: 0,
  genre: '',
  track: 0,
  durationMs: 0,
  bitrateKbps: 0,
  width: 0,
  height: 0,
  more: {},
};

export function writeHit(
  content: Content,
  account: string | undefined,
  sources: Sources,
  score: number,
  explain: ScorePart[],
): Hit {
  const votes = new Map<string, number>();
  const texts: { face: Face; votes: number }[] = [];
  let looked = 0;
  for (const face of content.faces) {
    let seen = 0;
    for (let i = 0; i < face.records.length && looked < MAX_VOTES; i++) {
      looked++;
      const record = face.records[i];
      if (record !== undefined && isVisible(record, account)) seen++;
    }
    if (seen === 0) continue;
    texts.push({ face, votes: seen });
    votes.set(face.name, (votes.get(face.name) ?? 0) + seen);
  }
  const names = [...votes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
  const name = names[0] ?? '';
  texts.sort(
    (a, b) =>
      Number(b.face.name === name) - Number(a.face.name === name) ||
      b.votes - a.votes ||
      compareTexts(a.face.folder, b.face.folder) ||
      compareTexts(a.face.tagsKey, b.face.tagsKey) ||
      a.face.type - b.face.type,
  );
  const tagged = texts.find(({ face }) => face.tags !== undefined);
  return {
    root: rootOf(content.key),
    length: content.length,
    name,
    names: names.slice(1, 1 + MAX_HIT_NAMES),
    folder: texts[0]?.face.folder ?? '',
    type: texts[0]?.face.type ?? 0,
    tags: tagged?.face.tags ?? NO_TAGS,
    sources: sources.all,
    reachableSources: sources.reachable,
    score,
    modifiedS: sources.modifiedS,
    explain,
    supernodes: [],
  };
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
