/** Spans of real processes at a real OTLP receiver: one search, one download, each one tree. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  localApiToken,
  startSpanReceiver,
  startTestNetwork,
  waitFor,
  writeSeeded,
  type ReceivedSpan,
  type SpanReceiver,
  type TestNetwork,
  type TestPeer,
} from '../src/index.ts';

jest.setTimeout(90_000);

const MIB = 1024 * 1024;
const CALLER = 'c'.repeat(16);

describe('spans', () => {
  let receiver: SpanReceiver;
  let network: TestNetwork;
  let ann: TestPeer;
  let bob: TestPeer;

  /** Calls the local API of bob as another program would, as a step of a trace of its own. */
  async function post(path: string, body: object, traceId: string): Promise<{ id: string }> {
    const { url, token } = await localApiToken(bob);
    const response = await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        traceparent: `00-${traceId}-${CALLER}-01`,
      },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(201);
    return (await response.json()) as { id: string };
  }

  /** The spans of a trace as paths from its root: "peer POST … > peer search > …", once `paths` are all there. */
  const treeOf = (traceId: string, paths: readonly string[]): Promise<readonly string[]> =>
    waitFor(
      () => {
        const spans = receiver.spans.filter((span) => span.traceId === traceId);
        const byId = new Map(spans.map((span) => [span.spanId, span]));
        const pathOf = (span: ReceivedSpan): string => {
          const parent = byId.get(span.parentSpanId);
          const own = `${span.service} ${span.name}`;
          if (parent !== undefined) return `${pathOf(parent)} > ${own}`;
          return span.parentSpanId === CALLER ? own : `(lost) > ${own}`;
        };
        const tree = [...new Set(spans.map(pathOf))].sort();
        return paths.every((path) => tree.includes(path)) && tree;
      },
      { what: `all spans of ${traceId}: ${paths.join('; ')}`, timeoutMs: 30_000 },
    );

  beforeAll(async () => {
    receiver = await startSpanReceiver();
    const sent = ['--otlp-endpoint', receiver.url];
    network = await startTestNetwork({ args: { auth: sent, list: sent, oak: sent, elm: sent } });
    await network.during('the start of the peers', async () => {
      ann = await network.peer('ann', {
        preferSupernode: 'oak',
        files: { 'aerial root.bin': (path) => writeSeeded(path, 'root', 2 * MIB) },
        args: sent,
      });
      bob = await network.peer('bob', { preferSupernode: 'elm', args: sent });
      await ann.settled();
      await bob.find('aerial root');
    });
  }, 120_000);

  afterAll(async () => {
    await network?.stop();
    await receiver?.close();
  });

  it('of a search are one tree over the peer, its home and the other supernode', () =>
    network.during('a search with spans', async () => {
      const traceId = 'a'.repeat(31) + '1';
      // Words of its own, so that no kept answer stands in for the supernodes.
      await post('/searches', { query: 'root aerial' }, traceId);
      const entry = 'banyan-peer POST /api/v1/searches';
      const paths = [
        entry,
        `${entry} > banyan-peer search`,
        `${entry} > banyan-peer search > banyan-supernode search`,
        `${entry} > banyan-peer search > banyan-supernode search > banyan-supernode search`,
      ];
      expect(await treeOf(traceId, paths)).toEqual(paths);
      const home = receiver.spans.find(
        ({ name, attributes, traceId: id }) =>
          id === traceId && name === 'search' && attributes['banyan.from'] === 'leaf',
      );
      expect(home?.attributes).toMatchObject({ 'banyan.outcome': 'ok', 'banyan.asked': 2, 'banyan.hits': 1 });
    }));

  it('of a download are one tree over the peer, the supernodes and the source', () =>
    network.during('a download with spans', async () => {
      const traceId = 'b'.repeat(31) + '2';
      const { content } = await bob.find('aerial root');
      const { id } = await post('/downloads', { content, name: 'root.bin' }, traceId);
      await bob.reaches(id, ['done']);
      const entry = 'banyan-peer POST /api/v1/downloads';
      const paths = [
        entry,
        `${entry} > banyan-peer download`,
        `${entry} > banyan-peer download > banyan-peer transfer`,
        `${entry} > banyan-peer download > banyan-supernode find sources`,
        `${entry} > banyan-peer download > banyan-supernode find sources > banyan-supernode find sources`,
      ];
      expect(await treeOf(traceId, paths)).toEqual(paths);
    }));

  it('of the services are those of their routes, and nothing that names anybody', () =>
    network.during('spans of auth and list', async () => {
      await waitFor(
        () =>
          ['banyan-auth POST /oauth/token', 'banyan-list GET /v1/supernodes'].every((wanted) =>
            receiver.spans.some(({ service, name }) => `${service} ${name}` === wanted),
          ),
        { what: 'spans of auth and list' },
      );
      const said = JSON.stringify(receiver.spans);
      for (const secret of ['aerial', ann.deviceId, bob.deviceId, 'root.bin'])
        expect(said).not.toContain(secret);
    }));
});
