/** `banyan stream`: a link that players take, while the file still arrives. */
import { BanyanError, displayText, looksLikeLink, type StreamRequest } from '@banyan/proto';
import type { Command } from 'commander';
import { UsageError, type Cli, type Peer } from '../cli.ts';
import { lastSearch, rememberedHit } from '../last-search.ts';
import { maybeOpen } from './browser.ts';
import { onlyMatch } from './choose.ts';
import { examples } from './help.ts';

interface StreamOptions {
  readonly name?: string;
  readonly print?: boolean;
}

const CONTENT_ID = /^[0-9a-f]{64}-\d+$/i;
/** Ids of downloads, or their beginning. */
const DOWNLOAD_ID = /^d[0-9a-f]{1,31}$/;

export function addStream(program: Command, cli: Cli): void {
  program
    .command('stream')
    .summary('play a file while it arrives: a link for any player')
    .description(
      'Prints a link to a file that players, curl and aria2 of this machine can read at once, with ranges, also while it\n' +
        'arrives: what they read is fetched first. A file that is neither shared nor downloaded is downloaded from now on.\n' +
        'At a terminal the link is opened too. It is good for a week, and whoever has it can read the file on this machine.',
    )
    .argument('<what>', 'number of a hit, banyan: link, content id, or id of a download')
    .option('--name <name>', 'another file name; its ending tells players what it is')
    .option('--print', 'only print the link')
    .addHelpText(
      'after',
      examples(
        ['banyan stream 1', 'play the first hit of the last search'],
        ['vlc "$(banyan stream 1 --print)"', 'in a player of your choice'],
        ['banyan stream d3f2a', 'a download, by the beginning of its id'],
      ),
    )
    .action((what: string, options: StreamOptions) =>
      cli.withPeer(async (peer) => {
        const stream = await peer.api.stream(await streamOf(peer, what, options), peer.signal);
        cli.result(stream, () => [stream.url]);
        if (stream.download !== null)
          cli.note(
            `${displayText(stream.name, 200)} is download ${displayText(stream.download, 64)}; see \`banyan downloads\`.`,
          );
        if (options.print !== true) await maybeOpen(cli, stream.url);
      }),
    );
}

async function streamOf(peer: Peer, what: string, { name }: StreamOptions): Promise<StreamRequest> {
  const named = name === undefined ? {} : { name };
  if (/^\d{1,6}$/.test(what))
    return { link: (await rememberedHit(peer.folder, Number(what))).link, ...named };
  if (looksLikeLink(what)) return { link: what, ...named };
  if (DOWNLOAD_ID.test(what)) {
    const download = onlyMatch(await peer.api.downloads(peer.signal), what, 'download', ({ id }) => id);
    if (download.content === '')
      throw new BanyanError(
        'unavailable',
        'A file of a Metalink is known by its content once it is whole: it can be played then.',
      );
    return { content: download.content, ...named };
  }
  if (CONTENT_ID.test(what)) {
    const content = what.toLowerCase();
    // Of what is here already the peer knows the name.
    const known = (await lastSearch(peer.folder))?.hits.find((hit) => hit.content === content);
    return known === undefined ? { content, ...named } : { link: known.link, ...named };
  }
  throw new UsageError(
    `'${displayText(what, 80)}' is neither the number of a hit, nor a banyan: link, a content id or the id of a download`,
  );
}
