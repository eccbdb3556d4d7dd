/** Tags of audio and video. */
import { parseBlob } from 'music-metadata';
import type { Tags } from '@banyan/proto';
import type { FileBytes } from './file-bytes.ts';
import { tagsOf } from './found-tags.ts';

export async function mediaTags(bytes: FileBytes): Promise<Partial<Tags>> {
  const { common, format } = await parseBlob(bytes.asBlob(), { duration: false, skipCovers: true });
  const video = format.trackInfo.find((track) => track.video !== undefined)?.video;
  const codecs = format.trackInfo.map((track) => track.codecName).filter((name) => name !== undefined);
  return tagsOf({
    title: common.title,
    artist: common.artist ?? common.albumartist,
    album: common.album,
    year: common.year,
    genre: common.genre,
    track: common.track.no,
    durationMs: format.duration === undefined ? undefined : format.duration * 1000,
    bitrateKbps: format.bitrate === undefined ? undefined : format.bitrate / 1000,
    width: video?.pixelWidth,
    height: video?.pixelHeight,
    more: {
      codec: codecs.length > 0 ? codecs : format.codec,
      composer: common.composer,
      language: common.language,
      publisher: common.label,
    },
  });
}
