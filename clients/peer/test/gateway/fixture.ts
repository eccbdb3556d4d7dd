/** A gateway on a real socket, over files in memory and real downloads; and readers that say what they get. */
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { contentKey, type ContentId } from '@banyan/proto';
import { silentLog, systemClock, type Clock } from '@banyan/kit';
import type { ContentProvider, ReadableContent } from '../../src/content.ts';
import { createGateway, type Gateway } from '../../src/gateway/index.ts';
import type { Stage, TestFile } from '../swarm.ts';

export interface GatewayFixture {
  readonly gateway: Gateway;
  /** Byte offsets at which the library was read. */
  readonly reads: number[];
  /** Handles of library files that are open. */
  readonly open: number;
}

export interface FixtureInit {
  readonly library?: readonly { readonly file: TestFile; readonly name: string }[];
  readonly downloads?: { read(content: ContentId): Promise<ReadableContent | undefined> };
  readonly dir: string;
  readonly port?: number;
  readonly clock?: Clock;
  readonly onRead?: () => void | Promise<void>;
}

export async function startGateway(stage: Stage, init: FixtureInit): Promise<GatewayFixture> {
  const reads: number[] = [];
  let open = 0;
  const held = new Map((init.library ?? []).map((one) => [contentKey(one.file.content), one]));
  const library: ContentProvider = {
    open: async (content) => {
      const one = held.get(contentKey(content));
      if (one === undefined) return undefined;
      open += 1;
      return {
        content,
        name: one.name,
        chunks: undefined,
        read: async (buffer, start) => {
          reads.push(start);
          await init.onRead?.();
          buffer.set(one.file.bytes.subarray(start, start + buffer.length));
        },
        layer: () => Promise.reject(new Error('not asked here')),
        close: async () => void (open -= 1),
      };
    },
  };
  const gateway = createGateway(
    {
      library,
      downloads: init.downloads ?? { read: () => Promise.resolve(undefined) },
      clock: init.clock ?? systemClock,
      log: silentLog(),
    },
    { file: join(init.dir, 'gateway.json'), port: init.port ?? 0 },
  );
  await gateway.start?.();
  stage.later(() => gateway.stop());
  return {
    gateway,
    reads,
    get open() {
      return open;
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** `error.code` of the body. */
  readonly code: string | undefined;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

/** Sends a request; resolves with the head, the body still to come. */
export function ask(url: string, { method = 'GET', headers = {} }: Ask = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { method, headers, agent: false }, resolve).on('error', reject).end();
  });
}

/** Everything of an answer; rejects when it is cut. */
export async function get(url: string, request: Ask = {}): Promise<Answer> {
  const response = await ask(url, request);
  const body = await bodyOf(response);
  let code: string | undefined;
  try {
    code = (JSON.parse(body.toString()) as { error?: { code?: string } }).error?.code;
  } catch {
    // Bytes of a file.
  }
  return { status: response.statusCode ?? 0, headers: response.headers, body, code };
}

export async function bodyOf(response: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  if (!response.complete) throw new Error('the answer was cut');
  return Buffer.concat(parts);
}

/** The next `count` bytes of a body that goes on. */
export async function take(response: IncomingMessage, count: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let missing = count;
  while (missing > 0) {
    const part = response.read(Math.min(missing, Math.max(1, response.readableLength))) as Buffer | null;
    if (part !== null) {
      parts.push(part);
      missing -= part.length;
    } else if (response.readableEnded || response.destroyed) throw new Error('the answer was cut');
    else
      await new Promise<void>((resolve) => {
        for (const event of ['readable', 'end', 'close', 'error']) response.once(event, () => resolve());
      });
  }
  return Buffer.concat(parts);
}

export const range = (first: number | '', last: number | ''): Ask => ({
  headers: { range: `bytes=${first}-${last}` },
});
