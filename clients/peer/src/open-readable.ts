/** Opens a content for somebody on this machine, wherever this peer has it. */
import { BanyanError, toBanyanError, type ContentId } from '@banyan/proto';
import type { ContentProvider, OpenContent, ReadableContent } from './content.ts';

/** Where a content may be. */
export interface ReadableComponents {
  /** Whole files; asked first. */
  readonly library: ContentProvider;
  /** Files still arriving, and finished ones that no share holds. */
  readonly downloads: { read(content: ContentId): Promise<ReadableContent | undefined> };
}

/**
 * Opens a content that is shared or arriving; whoever opens it closes it.
 *
 * @throws BanyanError `unknown_content`; what the library has against its file when no download holds it: `file_changed`,
 *   `blocked_content`, `disk_failed`
 */
export async function openReadable(
  { library, downloads }: ReadableComponents,
  content: ContentId,
): Promise<ReadableContent> {
  let fault: BanyanError | undefined;
  try {
    const whole = await library.open(content);
    if (whole !== undefined) return readableWhole(whole);
  } catch (error) {
    // A download may hold it, and well.
    fault = toBanyanError(error);
  }
  const source = await downloads.read(content);
  if (source !== undefined) return source;
  throw (
    fault ??
    new BanyanError(
      'unknown_content',
      'This file is neither in the library nor among the downloads any more. Download it again.',
    )
  );
}

/** A whole file as something that a reader never waits for. */
function readableWhole(file: OpenContent): ReadableContent {
  return {
    content: file.content,
    name: file.name,
    hindrance: () => undefined,
    isHere: () => true,
    arrival: () => Promise.resolve(),
    read: (buffer, start) => file.read(buffer, start),
    close: () => file.close(),
  };
}
