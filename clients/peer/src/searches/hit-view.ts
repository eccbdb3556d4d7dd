/** Hits as page and command line show them. */
import { boundedOffer, isAllBusy } from '@banyan/core';
import {
  contentIdText,
  displayText,
  formatLink,
  MAX_FOLDER_BYTES,
  MAX_LABEL_BYTES,
  MAX_NAME_BYTES,
  MAX_TAG_BYTES,
  mediaTypeFromWire,
  type Hit,
  type HitView,
  type OwnedMark,
  type Tags,
  type TagsView,
  type UploadOffer,
  type UploadOfferView,
} from '@banyan/proto';

const TEXT_TAGS = ['title', 'artist', 'album', 'genre'] as const;
const NUMBER_TAGS = ['year', 'track', 'durationMs', 'bitrateKbps', 'width', 'height'] as const;

/** What a file says of itself, without the fields it says nothing in. */
function tagsView(tags: Tags): TagsView {
  const view: TagsView = {};
  for (const field of TEXT_TAGS) {
    const text = displayText(tags[field], MAX_TAG_BYTES);
    if (text !== '') view[field] = text;
  }
  for (const field of NUMBER_TAGS) if (tags[field] > 0) view[field] = tags[field];
  const more = Object.entries(tags.more);
  if (more.length > 0)
    view.more = Object.fromEntries(
      more.map(([key, value]) => [displayText(key, MAX_TAG_BYTES), displayText(value, MAX_TAG_BYTES)]),
    );
  return view;
}

/**
 * A hit for people: others' texts are cleaned, what is ours is marked.
 *
 * @param network - issuer URL, for the link
 */
export function hitView(hit: Hit, own: OwnedMark, network: string): HitView {
  const content = { root: hit.root, length: hit.length };
  const name = displayText(hit.name, MAX_NAME_BYTES);
  return {
    content: contentIdText(content),
    name,
    names: hit.names.map((other) => displayText(other, MAX_NAME_BYTES)),
    folder: displayText(hit.folder, MAX_FOLDER_BYTES),
    size: hit.length,
    type: mediaTypeFromWire(hit.type),
    tags: tagsView(hit.tags),
    sources: hit.sources,
    reachableSources: hit.reachableSources,
    score: hit.score,
    modified: hit.modifiedS * 1_000,
    own,
    link: formatLink({ content, name, network, mirrors: [] }),
    explain: hit.explain.map((part) => ({
      name: displayText(part.name, MAX_LABEL_BYTES),
      value: part.value,
    })),
    ...(isAllBusy(hit) ? { allBusy: true } : {}),
  };
}

/** What a source says that one can expect of it, without figures that nobody can keep. */
export function offerView(offer: UploadOffer): UploadOfferView {
  const { freeSlots, queued, rate } = boundedOffer(offer);
  return { freeSlots, queued, bytesPerSecond: rate === 0 ? null : rate };
}
