/** A plain HTTP server with the files of a folder: what nginx would be, without its configuration. */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { startSlowLine } from './slow-line.ts';

export interface FolderMirror {
  /** Ends in a slash. */
  readonly url: string;
  /** Bytes of files that were asked for, in their order: `name a-b`. */
  readonly asked: string[];
  /** Bytes a second of everything that it sends. */
  setRate(bytesPerSecond: number): void;
  close(): Promise<void>;
}

/** Serves a folder's files, with ranges, at any pace. */
export async function startMirror(folder: string): Promise<FolderMirror> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const name = basename(decodeURIComponent(new URL(request.url ?? '/', 'http://mirror').pathname));
    void stat(join(folder, name)).then(
      ({ size, mtimeMs }) => {
        const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
        const start = Number(range?.[1] ?? 0);
        const end = Math.min(range?.[2] ? Number(range[2]) : size - 1, size - 1);
        if (range !== null) asked.push(`${name} ${start}-${end}`);
        response.writeHead(range === null ? 200 : 206, {
          'content-type': 'application/octet-stream',
          'content-length': end - start + 1,
          'accept-ranges': 'bytes',
          etag: `"${size}-${mtimeMs}"`,
          ...(range === null ? {} : { 'content-range': `bytes ${start}-${end}/${size}` }),
        });
        if (request.method === 'HEAD') response.end();
        else createReadStream(join(folder, name), { start, end }).pipe(response);
      },
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const line = await startSlowLine(Infinity, (server.address() as AddressInfo).port);
  return {
    url: `http://127.0.0.1:${line.ports.publicPort}/`,
    asked,
    setRate: (bytesPerSecond) => line.setRate(bytesPerSecond),
    async close() {
      await line.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
