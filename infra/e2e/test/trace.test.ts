/** One trace id follows a search and a download through every process that has a part in it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  localApiToken,
  startTestNetwork,
  waitFor,
  writeSeeded,
  type Program,
  type TestNetwork,
  type TestPeer,
} from '../src/index.ts';

const MIB = 1024 * 1024;
const SEARCH_TRACE = 'a'.repeat(31) + '1';
const DOWNLOAD_TRACE = 'b'.repeat(31) + '2';

interface LogEntry {
  readonly msg: string;
  readonly traceId?: string;
  readonly from?: string;
  readonly outcome?: string;
}

/** What a process said of a trace, once it has said all of `sentences`. */
function storyOf(program: Program, traceId: string, sentences: readonly string[]): Promise<LogEntry[]> {
  return waitFor(
    async () => {
      const entries = (await program.log())
        .split('\n')
        .filter((line) => line.includes(traceId) && line.endsWith('}'))
        .map((line) => JSON.parse(line) as LogEntry)
        .filter((entry) => entry.traceId === traceId);
      return sentences.every((sentence) => entries.some(({ msg }) => msg === sentence)) && entries;
    },
    { what: `${program.name} to have logged ${sentences.join(', ')} under ${traceId}` },
  );
}

describe('a trace', () => {
  let network: TestNetwork;
  let ann: TestPeer;
  let bob: TestPeer;

  /** Calls the local API of a peer as another program would, naming the trace that the call belongs to. */
  async function post(peer: TestPeer, path: string, body: object, traceId: string): Promise<{ id: string }> {
    const { url, token } = await localApiToken(peer);
    const response = await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        traceparent: `00-${traceId}-${'c'.repeat(16)}-01`,
      },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(201);
    return (await response.json()) as { id: string };
  }

  beforeAll(async () => {
    network = await startTestNetwork();
    await network.during('the start of the peers', async () => {
      // The source lives at another supernode than the one who looks for it.
      ann = await network.peer('ann', {
        preferSupernode: 'oak',
        files: { 'aerial root.bin': (path) => writeSeeded(path, 'root', 2 * MIB) },
      });
      bob = await network.peer('bob', { preferSupernode: 'elm' });
      await ann.settled();
      await bob.find('aerial root');
    });
  }, 120_000);

  afterAll(() => network.stop());

  it('of a search is in the logs of the peer, its home and the other supernodes', () =>
    network.during('a search with a trace', async () => {
      // Words of its own, so that no kept answer stands in for the supernodes.
      await post(bob, '/searches', { query: 'root aerial' }, SEARCH_TRACE);
      await storyOf(bob.program, SEARCH_TRACE, ['request', 'a search is over']);
      const home = await storyOf(network.supernode('elm'), SEARCH_TRACE, ['a search was answered']);
      const neighbour = await storyOf(network.supernode('oak'), SEARCH_TRACE, ['a search was answered']);
      expect(home.map(({ from }) => from)).toEqual(['leaf']);
      expect(neighbour.map(({ from }) => from)).toEqual(['supernode']);
    }));

  it('of a download is in the logs of the peer, its home, the other supernode and the source', () =>
    network.during('a download with a trace', async () => {
      const hit = await bob.find('aerial root');
      const { id } = await post(
        bob,
        '/downloads',
        { content: hit.content, name: 'root.bin' },
        DOWNLOAD_TRACE,
      );
      await bob.reaches(id, ['done']);
      await storyOf(bob.program, DOWNLOAD_TRACE, ['request', 'a download begins', 'a download is done']);
      await storyOf(network.supernode('elm'), DOWNLOAD_TRACE, ['a look-up of sources was answered']);
      await storyOf(network.supernode('oak'), DOWNLOAD_TRACE, ['a look-up of sources was answered']);
      const source = await storyOf(ann.program, DOWNLOAD_TRACE, ['a transfer was answered']);
      expect(source.map(({ outcome }) => outcome)).toContain('ok');
    }));
});
