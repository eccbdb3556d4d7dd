/**
 * Sources that are known from other sources: asked when there are too few, above all while no supernode can be asked.
 *
 * ```
 *   source ─ "Banyan-Sources" ─▶ claims ─▶ limits ─▶ dialled, key checked, has it? ─▶ book, planner
 * ```
 *
 * A claim costs at most one small request to the address that it names, and becomes a source by the answer to that alone.
 */
import { namedSourcesFromText, type ChunkMap, type NamedSource } from '@banyan/proto';
import { isAddressFor, type Clock } from '@banyan/kit';
import { askMap, type AskMapComponents, type MapAnswer } from './ask-map.ts';
import {
  ASK_SOURCES_AGAIN_MS,
  MAX_CLAIMS,
  MAX_CLAIMS_PER_HOST,
  MAX_CLAIMS_PER_SOURCE,
  SOURCES_ASKED_AT_ONCE,
} from './constants.ts';
import type { PeerTarget } from './lane-messages.ts';
import type { KnownSource, SourceBook } from './source-book.ts';

/** What hearsay works with. */
export interface HearsayComponents extends AskMapComponents {
  readonly ownDeviceId: string;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly book: SourceBook;
  readonly servesAt: () => number | undefined;
  /** Whether a device is banned from the network. */
  readonly isBanned: (deviceId: string) => boolean;
  /** A source that was asked says what it has. */
  readonly onMap: (deviceId: string, chunks: ChunkMap) => void;
  /** Somebody new has the content, or a part of it. */
  readonly onFound: (deviceId: string, chunks: ChunkMap) => void;
}

/** What the sources of one download say of others. */
export interface Hearsay {
  /** Asks a few of them, none too often; resolves when whoever they named has been tried. */
  ask(): Promise<void>;
}

/** Makes a hearsay that has heard nothing yet. */
export function createHearsay(components: HearsayComponents): Hearsay {
  const { ownDeviceId, clock, book, isBanned, onMap, onFound } = components;
  const askedAt = new Map<string, number>();
  /** Claims that were followed: each once. */
  const followed = new Set<string>();
  const perHost = new Map<string, number>();
  const perNamer = new Map<string, number>();

  const inquire = (target: PeerTarget): Promise<MapAnswer | undefined> =>
    askMap(components, target, components.servesAt());

  const mayFollow = (claim: NamedSource, namer: KnownSource): boolean => {
    const { deviceId, host, port } = claim;
    // Of whom a supernode knows, or who was tried, nobody's word changes anything.
    if (deviceId === ownDeviceId || book.get(deviceId) !== undefined || isBanned(deviceId)) return false;
    if (!isAddressFor(host, book.peerTarget(namer).host)) return false;
    const [ofHost, ofNamer] = [perHost.get(host) ?? 0, perNamer.get(namer.id) ?? 0];
    const key = `${deviceId} ${host} ${port}`;
    if (followed.has(key) || followed.size >= MAX_CLAIMS) return false;
    if (ofHost >= MAX_CLAIMS_PER_HOST || ofNamer >= MAX_CLAIMS_PER_SOURCE) return false;
    followed.add(key);
    perHost.set(host, ofHost + 1);
    perNamer.set(namer.id, ofNamer + 1);
    return true;
  };

  const follow = async (claim: NamedSource): Promise<void> => {
    const answer = await inquire(claim);
    if (answer?.chunks === undefined) return;
    const { deviceId, host, port } = claim;
    const noted = book.note({
      deviceId,
      addresses: [{ host, port }],
      partial: true,
      account: '',
      offer: null,
    });
    if (noted?.isNew === true) onFound(deviceId, answer.chunks);
  };

  const askOne = async (source: KnownSource): Promise<void> => {
    askedAt.set(source.id, clock.monotonic());
    const answer = await inquire(book.peerTarget(source));
    if (answer?.chunks !== undefined) onMap(source.id, answer.chunks);
    if (answer?.sources === undefined) return;
    let claims: readonly NamedSource[];
    try {
      claims = namedSourcesFromText(answer.sources);
    } catch {
      // Its bytes are proved, its words are not: it goes on as a source.
      return;
    }
    await Promise.all(claims.filter((claim) => mayFollow(claim, source)).map(follow));
  };

  return {
    async ask() {
      const now = clock.monotonic();
      const asked = [...book.all()]
        .filter(({ mirror, drop }) => mirror === undefined && drop === undefined)
        .filter(({ id }) => now - (askedAt.get(id) ?? -Infinity) >= ASK_SOURCES_AGAIN_MS)
        .sort((a, b) => Number(b.hasAnswered) - Number(a.hasAnswered))
        .slice(0, SOURCES_ASKED_AT_ONCE);
      await Promise.all(asked.map(askOne));
    },
  };
}
