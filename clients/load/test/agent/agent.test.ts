import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { createDeviceKey } from '@banyan/kit';
import { startAgent, type LoadAgent } from '../../src/agent/agent.ts';
import { agentLinkText, parseAgentLink } from '../../src/agent/agent-link.ts';
import { atAgent, atCoordinator, fromAgent, readOffer, toAgent } from '../../src/agent/agent-messages.ts';
import { askAgent } from '../../src/agent/ask-agent.ts';
import { startRemoteWorker } from '../../src/run/remote-worker.ts';
import { interval } from '../results/runs.ts';

jest.setTimeout(60_000);

let agent: LoadAgent | undefined;
afterEach(() => agent?.close());

const NOTHING = { onMessage: () => undefined, onEnd: () => undefined };
const signal = AbortSignal.timeout(50_000);

describe('the link of an agent', () => {
  test('is read as it is written', () => {
    const link = { host: '::1', port: 7, deviceId: createDeviceKey().deviceId, token: 't'.repeat(43) };
    expect(parseAgentLink(agentLinkText(link))).toEqual(link);
    expect(parseAgentLink(agentLinkText({ ...link, host: 'a-2.example.org' })).host).toBe('a-2.example.org');
  });

  test.each(['', 'https://a:1/b#c', 'banyan-load-agent://a:0/x#y', 'banyan-load-agent://a/x#y'])(
    '"%s" is none',
    (text) => expect(() => parseAgentLink(text)).toThrow(/no link of a load agent/),
  );
});

describe('messages', () => {
  test('cross as JSON, latencies included', () => {
    expect(atCoordinator(fromAgent(interval(3)))).toEqual(interval(3));
  });

  test('a start is so much later by the clock of the agent, whatever that shows', () => {
    expect(atAgent(toAgent({ kind: 'start', at: 1_500 }, 1_000), 90_000)).toEqual({
      kind: 'start',
      at: 90_500,
    });
  });

  test.each(['', 'null', '7', '{"kind":"exit"}', '{'])('%s is refused', (text) => {
    expect(() => atAgent(text, 0)).toThrow(/no message of a load test/);
    expect(() => atCoordinator(text)).toThrow(/no message of a load test/);
  });
});

test.each([
  undefined,
  null,
  [],
  { workers: 2 },
  { workers: -1, descriptors: 7 },
  { workers: 1, descriptors: '7' },
])('%j is no offer', (body) => expect(() => readOffer(body)).toThrow(/no message of a load test/));

describe('an agent', () => {
  test('says how many workers it takes, and what each may open', async () => {
    agent = await startAgent({ host: '127.0.0.1', port: 0, maxWorkers: 3, descriptors: 5_000 });
    const link = parseAgentLink(agent.link);
    await expect(askAgent(link, signal)).resolves.toEqual({ workers: 3, descriptors: 5_000 });
    const stranger = { ...link, token: 'x'.repeat(43) };
    await expect(askAgent(stranger, signal)).rejects.toMatchObject({ code: 'unauthenticated' });
    const other = { ...link, deviceId: createDeviceKey().deviceId };
    await expect(askAgent(other, signal)).rejects.toMatchObject({ code: 'key_mismatch' });
  });

  test('takes nobody without its token', async () => {
    agent = await startAgent({ host: '127.0.0.1', port: 0, maxWorkers: 1 });
    const link = { ...parseAgentLink(agent.link), token: 'x'.repeat(43) };
    await expect(startRemoteWorker(link, NOTHING, signal)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  test('is not believed with another key than that of its link', async () => {
    agent = await startAgent({ host: '127.0.0.1', port: 0, maxWorkers: 1 });
    const link = { ...parseAgentLink(agent.link), deviceId: createDeviceKey().deviceId };
    await expect(startRemoteWorker(link, NOTHING, signal)).rejects.toMatchObject({ code: 'key_mismatch' });
  });

  test('runs no more workers than it was allowed', async () => {
    agent = await startAgent({ host: '127.0.0.1', port: 0, maxWorkers: 0 });
    await expect(startRemoteWorker(parseAgentLink(agent.link), NOTHING, signal)).rejects.toMatchObject({
      code: 'full',
    });
  });
});
