import { Readable } from 'node:stream';
import Type from 'typebox';
import { banListText, BanListRequest, BanListResponse, BansResponse, type ConsoleBan } from '@banyan/proto';
import type { Clock, HttpServer } from '@banyan/kit';
import type { Accounts } from '../accounts.ts';
import type { Bans } from '../bans.ts';
import { bansPage } from '../console/ban-views.ts';
import { MAX_BAN_LIST_BYTES, MAX_BANS_PAGE } from '../constants.ts';
import { createBanImport } from './ban-import.ts';
import { createBanSubjects } from './ban-subject.ts';
import type { Guard } from './guard.ts';

/** What {@link addBanListRoutes} needs. */
export interface BanListRoutesComponents {
  readonly server: HttpServer;
  readonly guard: Guard;
  readonly accounts: Accounts;
  readonly bans: Bans;
  readonly clock: Pick<Clock, 'now'>;
}

const PageQuery = Type.Object({
  after: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Integer({ minimum: 1, maximum: MAX_BANS_PAGE, default: 50 }),
});
const ExportQuery = Type.Object({
  format: Type.Union([Type.Literal('csv'), Type.Literal('json')]),
});
const MEDIA_TYPES = { csv: 'text/csv; charset=utf-8', json: 'application/json; charset=utf-8' } as const;

/** Bans that hold, out of the network as a list and into it. */
export function addBanListRoutes(components: BanListRoutesComponents): void {
  const { guard, accounts, bans, clock } = components;
  const { app } = components.server;
  const onRequest = guard.signedInOrConsole('operator');
  const tags = ['operator'];
  const imports = createBanImport({ bans, subjectOf: createBanSubjects(accounts), clock });

  async function* all(): AsyncGenerator<ConsoleBan> {
    for (let after: string | undefined, isMore = true; isMore;) {
      const page = await bansPage(
        { bans, accounts },
        { limit: MAX_BANS_PAGE, ...(after === undefined ? {} : { after }) },
      );
      yield* page.bans;
      after = page.next;
      isMore = after !== undefined;
    }
  }

  app.get(
    '/v1/operator/bans',
    {
      onRequest,
      schema: {
        summary: 'Bans and blocks that hold, page by page',
        tags,
        querystring: PageQuery,
        response: { 200: BansResponse },
      },
    },
    async (request) => {
      const { after, limit } = request.query;
      return bansPage({ bans, accounts }, { limit, ...(after === undefined ? {} : { after }) });
    },
  );

  app.get(
    '/v1/operator/bans/export',
    { onRequest, schema: { summary: 'The same as a file', tags, querystring: ExportQuery } },
    async (request, reply) => {
      const { format } = request.query;
      return reply
        .type(MEDIA_TYPES[format])
        .header('content-disposition', `attachment; filename="banyan-bans.${format}"`)
        .send(Readable.from(banListText(all(), format)));
    },
  );

  app.post(
    '/v1/operator/bans/plan',
    {
      onRequest: guard.signedInOrConsole('operator', { isGrave: false }),
      bodyLimit: MAX_BAN_LIST_BYTES,
      schema: {
        summary: 'What an import of bans would do; nobody is banned',
        tags,
        body: BanListRequest,
        response: { 200: BanListResponse },
      },
    },
    async (request) => ({
      lines: await imports.plan(request.body.text, guard.caller(request)),
      isDone: false,
    }),
  );

  app.post(
    '/v1/operator/bans/import',
    {
      onRequest,
      bodyLimit: MAX_BAN_LIST_BYTES,
      schema: {
        summary: 'Ban by a list; with one wrong line nothing is done, unless they are to be left out',
        tags,
        body: BanListRequest,
        response: { 200: BanListResponse },
      },
    },
    async (request) => imports.apply(request.body, guard.caller(request)),
  );
}
