/** `banyan files`: the files this peer shares. */
import { displayText, type FilesResponse, type SharedFile } from '@banyan/proto';
import type { Command } from 'commander';
import type { Cli, Peer } from '../cli.ts';
import { tableLines } from '../format/table.ts';
import { tagsText } from '../format/tags.ts';
import { bytesText, countText } from '../format/units.ts';
import { examples } from './help.ts';
import { wholeNumber } from './numbers.ts';

const DEFAULT_LIMIT = 100;
const PAGE = 200;

export function addFiles(program: Command, cli: Cli): void {
  program
    .command('files')
    .summary('the files that the peer shares')
    .description('Lists the files that the peer shares, with what is known of them.')
    .option('--limit <n>', 'most files to show; 0 for all', wholeNumber(0, 100_000_000), DEFAULT_LIMIT)
    .option('--links', 'show a link to each file, to send to somebody')
    .addHelpText(
      'after',
      examples(
        ['banyan files', `the first ${DEFAULT_LIMIT}`],
        ['banyan files --limit 0 --json', 'all, for a program'],
      ),
    )
    .action((options: { limit: number; links?: boolean }) =>
      cli.withPeer(async (peer) => {
        const { files, total } = await readFiles(peer, options.limit === 0 ? Infinity : options.limit);
        cli.result({ files, total }, () => {
          if (files.length === 0)
            return [
              total === 0 ? 'No file is shared yet. `banyan share FOLDER` shares a folder.' : 'No files.',
            ];
          return [
            ...fileLines(files, cli, options.links === true),
            ...(files.length < total
              ? [cli.style.dim(`${countText(files.length)} of ${countText(total)} files; --limit shows more`)]
              : []),
          ];
        });
      }),
    );
}

async function readFiles({ api, signal }: Peer, limit: number): Promise<Omit<FilesResponse, 'next'>> {
  const files: SharedFile[] = [];
  let after: number | undefined;
  for (;;) {
    const page = await api.files(
      { ...(after === undefined ? {} : { after }), limit: Math.min(PAGE, limit - files.length) },
      signal,
    );
    files.push(...page.files);
    if (page.next === null || page.files.length === 0 || files.length >= limit)
      return { files, total: page.total };
    after = page.next;
  }
}

function fileLines(files: readonly SharedFile[], cli: Cli, links: boolean): string[] {
  const { style } = cli;
  return tableLines<SharedFile>(
    [
      {
        head: 'Name',
        value: ({ folder, name }) => displayText(folder === '' ? name : `${folder}/${name}`),
        shrinkTo: 20,
        cut: 'middle',
      },
      { head: 'Size', value: ({ size }) => bytesText(size), align: 'right' },
      { head: 'Type', value: ({ type }) => displayText(type, 12) },
      links
        ? { head: 'Link', value: ({ link }) => displayText(link) }
        : {
            head: 'About',
            value: ({ tags }) => tagsText(tags),
            shrinkTo: 8,
            optional: true,
            style: (text) => style.dim(text),
          },
    ],
    files,
    { width: cli.ctx.out.width, headStyle: style.bold },
  );
}
