import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../bin/oidc-provider.js', import.meta.url));

/** Claims by the name with which a person signs in; beside `sub` and `preferred_username`, which are that name. */
export type People = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A real OpenID Connect provider of this test alone, as a process of its own. */
export interface OidcProvider {
  readonly issuer: string;
  readonly clientId: string;
  /** File with the client secret. */
  readonly secretFile: string;
  /** Whom it knows from now on. */
  setPeople(people: People): Promise<void>;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with new keys. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** Options of {@link startOidcProvider}. */
export interface OidcProviderInit {
  readonly people: People;
  /** Where it may send browsers. */
  readonly redirectUris: readonly string[];
  /** The client has no secret. */
  readonly isPublic?: boolean;
}

/** Starts a provider on a free port of 127.0.0.1. */
export async function startOidcProvider(init: OidcProviderInit): Promise<OidcProvider> {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-oidc-'));
  const people = join(folder, 'people.json');
  const secretFile = join(folder, 'client-secret');
  const setPeople = (known: People): Promise<void> => writeFile(people, JSON.stringify(known));
  await setPeople(init.people);
  await writeFile(secretFile, 'banyan-test-secret\n', { mode: 0o600 });
  let child: ChildProcess | undefined;

  async function launch(port: number): Promise<string> {
    const started = spawn(process.execPath, [PROGRAM, String(port), people, ...init.redirectUris], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...(init.isPublic === true ? { PUBLIC_CLIENT: '1' } : {}) },
    });
    child = started;
    return new Promise<string>((resolve, reject) => {
      let said = '';
      started.stderr.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-4_000)));
      started.stdout.on('data', (bytes: Buffer) => {
        const issuer = /"issuer":"([^"]+)"/.exec(bytes.toString())?.[1];
        if (issuer !== undefined) resolve(issuer);
      });
      started.once('error', reject);
      started.once('exit', () => reject(new Error(`the provider ended:\n${said}`)));
    });
  }

  async function kill(): Promise<void> {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  const issuer = await launch(0);
  return {
    issuer,
    clientId: 'banyan',
    secretFile,
    setPeople,
    kill,
    async restart() {
      await kill();
      await launch(Number(new URL(issuer).port));
    },
    async stop() {
      await kill();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** A page as a browser without scripts sees it. */
export interface BrowsedPage {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** As much of a browser as a sign-in needs: cookies by host, redirects, forms. */
export interface TestBrowser {
  readonly cookies: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Opens a URL and follows where it leads. @param stopAt - a redirect that begins like this is not followed, but answered */
  open(
    url: string,
    init?: { readonly form?: Readonly<Record<string, string>>; readonly stopAt?: string },
  ): Promise<BrowsedPage>;
  /** As {@link open}, from a page of the provider that asks who it is: signs in as `name`. */
  signIn(page: BrowsedPage, name: string, stopAt?: string): Promise<BrowsedPage>;
}

const MAX_REDIRECTS = 20;

/** @param reach - where a URL is really asked, for services under a name that leads nowhere here */
export function createTestBrowser(reach: (url: string) => string = (url) => url): TestBrowser {
  const cookies = new Map<string, Map<string, string>>();

  const open: TestBrowser['open'] = async (first, { form, stopAt } = {}) => {
    let url = first;
    let body = form === undefined ? undefined : new URLSearchParams(form);
    for (let hop = 0; hop < MAX_REDIRECTS; hop += 1) {
      const host = new URL(url).hostname;
      const jar = cookies.get(host) ?? new Map<string, string>();
      cookies.set(host, jar);
      const response = await fetch(reach(url), {
        method: body === undefined ? 'GET' : 'POST',
        redirect: 'manual',
        headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
        ...(body === undefined ? {} : { body }),
      });
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (value === '') jar.delete(name);
        else jar.set(name, value);
      }
      const location = response.headers.get('location');
      const page = { url, status: response.status, headers: response.headers, text: await response.text() };
      if (location === null || response.status < 300 || response.status >= 400) return page;
      url = new URL(location, url).href;
      body = undefined;
      if (stopAt !== undefined && url.startsWith(stopAt)) return { ...page, url };
    }
    throw new Error(`${first} leads round in a circle`);
  };

  return {
    cookies,
    open,
    async signIn(page, name, stopAt) {
      const action = /<form[^>]*action="([^"]+)"/.exec(page.text)?.[1];
      if (action === undefined || !page.text.includes('name="login"'))
        throw new Error(`${page.url} asks nobody who they are: HTTP ${page.status}\n${page.text}`);
      return open(new URL(action, page.url).href, {
        form: { prompt: 'login', login: name, password: 'any' },
        ...(stopAt === undefined ? {} : { stopAt }),
      });
    },
  };
}
