import type { RequestListener } from 'node:http';
import { BanyanError } from '@banyan/proto';
import type { Health } from './health.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** What monitoring asks for, answered without a framework: `/healthz`, `/readyz` and `/metrics`. */
export interface Probes {
  /** Status, content type and body for a path; undefined for any other path. */
  answer(
    path: string,
  ): Promise<{ readonly status: number; readonly type: string; readonly body: string } | undefined>;
  /** Serves these paths alone, for a port of their own. */
  readonly listener: RequestListener;
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** Makes the probes of a process. */
export function createProbes(components: {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly health: Health;
}): Probes {
  const { log, metrics, health } = components;

  metrics.gauge({
    name: 'banyan_ready',
    help: '1 while /readyz says that work may be sent here, else 0.',
    collect: async () => ((await health.report()).ready ? 1 : 0),
  });
  metrics.gauge({
    name: 'banyan_check_ok',
    help: '1 for each check of /readyz that passes, 0 for one that fails.',
    labels: ['check'],
    collect: async () =>
      (await health.report()).checks.map(({ name, ok }) => ({ labels: { check: name }, value: ok ? 1 : 0 })),
  });

  const answer: Probes['answer'] = async (path) => {
    switch (path) {
      case '/healthz':
        return { status: 200, type: JSON_TYPE, body: '{"alive":true}' };
      case '/readyz': {
        const report = await health.report();
        return { status: report.ready ? 200 : 503, type: JSON_TYPE, body: JSON.stringify(report) };
      }
      case '/metrics': {
        const { contentType, body } = await metrics.render();
        return { status: 200, type: contentType, body };
      }
      default:
        return undefined;
    }
  };

  return {
    answer,
    listener: (request, response) => {
      const send = (status: number, type: string, body: string): void => {
        response
          .writeHead(status, {
            'content-type': type,
            'cache-control': 'no-store',
            'x-content-type-options': 'nosniff',
          })
          .end(body);
      };
      const fail = (error: BanyanError): void => send(error.http, JSON_TYPE, JSON.stringify(error.toBody()));
      answer((request.url ?? '/').split('?')[0] ?? '/').then(
        (found) =>
          found === undefined
            ? fail(new BanyanError('not_found'))
            : send(found.status, found.type, found.body),
        (err: unknown) => {
          log.error({ err }, 'a probe failed');
          fail(new BanyanError('internal'));
        },
      );
    },
  };
}
