import { beforeEach, describe, expect, it } from '@jest/globals';
import { BanyanError, type StreamView } from '@banyan/proto';
import type { FakePeer } from '../fake-peer.ts';
import { useFakePeer } from '../use-fake-peer.ts';
import { downloadView, hitView, ROOT, searchView } from '../views.ts';

const URL_OF_FILM = 'http://127.0.0.1:4321/stream/x/y/film.mkv';
const CONTENT = `${ROOT}-100000000`;
const fake = useFakePeer();
const { run } = fake;
let peer: FakePeer;
beforeEach(() => {
  ({ peer } = fake);
  peer.on('POST /streams', () => stream({}));
});

function stream(change: Partial<StreamView>): StreamView {
  return {
    url: URL_OF_FILM,
    expiresAt: 1,
    content: CONTENT,
    name: 'film.mkv',
    type: 'video/x-matroska',
    download: null,
    ...change,
  };
}

const asked = (): unknown => peer.calls.findLast(({ path }) => path === '/streams')?.body;

describe('banyan stream', () => {
  it('prints the link of a hit, for a player', async () => {
    peer.on('POST /searches', () => searchView());
    peer.on('GET /searches/s1', () => ({ search: searchView(), results: [hitView()] }));
    peer.on('DELETE /searches/s1', () => undefined);
    await run(['search', 'banyan']);
    peer.on('POST /streams', () => stream({ download: 'd0123456789abcdef' }));
    const { code, ctx } = await run(['stream', '1', '--name', 'mine.mkv']);
    expect(code).toBe(0);
    expect(ctx.stdout()).toBe(`${URL_OF_FILM}\n`);
    expect(ctx.stderr()).toContain('film.mkv is download d0123456789abcdef');
    expect(asked()).toEqual({ link: hitView().link, name: 'mine.mkv' });
  });

  it('takes a link, and a content id of which the peer knows the name', async () => {
    await run(['stream', `banyan:${CONTENT}?dn=film.mkv`]);
    expect(asked()).toEqual({ link: `banyan:${CONTENT}?dn=film.mkv` });
    await run(['stream', CONTENT.toUpperCase()]);
    expect(asked()).toEqual({ content: CONTENT });
  });

  it('takes the beginning of the id of a download', async () => {
    peer.on('GET /downloads', () => [
      downloadView({ id: 'd1111111111111111' }),
      downloadView({ id: 'd2222222222222222', content: `${ROOT}-5` }),
    ]);
    await run(['stream', 'd22']);
    expect(asked()).toEqual({ content: `${ROOT}-5` });
    const { code, ctx } = await run(['stream', 'd3']);
    expect(code).toBe(1);
    expect(ctx.stderr()).toContain('There is no download "d3"');
  });

  it('gives the whole answer to a program, and the reason when there is no link', async () => {
    const { json } = await run(['--json', 'stream', CONTENT]);
    expect(json()).toEqual(stream({}));
    peer.on('POST /streams', () => {
      throw new BanyanError('blocked_content');
    });
    const { code, ctx } = await run(['stream', CONTENT]);
    expect(code).toBe(1);
    expect(ctx.stderr()).toContain('This content is blocked in this network.');
    expect((await run(['stream', 'nonsense'])).code).toBe(2);
  });
});
