/** `banyan link`: a link, or a Metalink, to a file of this peer. */
import { displayText, looksLikeLink, parseLink, contentIdText } from '@banyan/proto';
import type { Command } from 'commander';
import { UsageError, type Cli, type Peer } from '../cli.ts';
import { rememberedHit } from '../last-search.ts';
import { examples } from './help.ts';

interface LinkOptions {
  readonly mirror: readonly string[];
  readonly metalink?: boolean;
}

const CONTENT_ID = /^[0-9a-f]{64}-\d+$/i;

export function addLink(program: Command, cli: Cli): void {
  program
    .command('link')
    .summary('a link, or a Metalink, to a file of this peer')
    .description(
      'Prints a banyan: link to a file that this peer has, with mirrors if they are given. With --metalink it prints a\n' +
        'Metalink 4 document (RFC 5854) instead, which aria2 and other programs download from the mirrors; the whole\n' +
        'file is read for it.',
    )
    .argument('<what>', 'content id, link, or number of a hit of the last search')
    .option(
      '--mirror <url>',
      'http or https address of the file, or of the folder that it is in (with a slash at the end); may be repeated',
      (url: string, before: readonly string[]) => [...before, url],
      [] as readonly string[],
    )
    .option('--metalink', 'print a Metalink 4 document')
    .addHelpText(
      'after',
      examples(
        ['banyan files --links', 'links to all files, without mirrors'],
        ['banyan link 1 --mirror https://example.org/pub/', 'a link with a mirror, for a friend'],
        ['banyan link 1 --metalink --mirror https://example.org/pub/ > a.meta4', 'for aria2'],
      ),
    )
    .action((what: string, options: LinkOptions) =>
      cli.withPeer(async (peer) => {
        if (options.metalink === true && options.mirror.length === 0)
          throw new UsageError('a Metalink names mirrors: add --mirror URL');
        const request = {
          content: await contentOf(peer, what),
          mirrors: [...options.mirror],
          ...(options.metalink === true ? { metalink: true } : {}),
        };
        const made = await peer.api.makeLink(request, peer.signal);
        cli.result(made, () => (made.metalink ?? made.link).trimEnd().split('\n'));
      }),
    );
}

async function contentOf(peer: Peer, word: string): Promise<string> {
  if (/^\d{1,6}$/.test(word)) return (await rememberedHit(peer.folder, Number(word))).content;
  if (looksLikeLink(word)) return contentIdText(parseLink(word).content);
  if (CONTENT_ID.test(word)) return word.toLowerCase();
  throw new UsageError(
    `'${displayText(word, 80)}' is neither the number of a hit of the last search, nor a banyan: link, nor a content id; \`banyan search\` gives numbers, \`banyan files --links\` links`,
  );
}
