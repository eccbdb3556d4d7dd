/**
 * By which name a page is served, and from which page a call comes: exact Host against DNS rebinding, exact Origin against other
 * sites in the same browser.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { BanyanError, displayText } from '@banyan/proto';

/** Under which name a server was called. */
export type HostKind =
  /** The one name of the page. */
  | 'canonical'
  /** 127.0.0.1 or [::1] where the name is localhost: the same machine, but cookies are another's. */
  | 'literal'
  /** Something that only resolves to this machine. */
  | 'foreign';

export interface PageHost {
  /** Scheme, host and port of the page. */
  readonly origin: string;
  hostKind(host: string | undefined): HostKind;
  /** The refusal of a name that is not ours, as an error that says which it was. */
  hostRefused(host: string | undefined): BanyanError;
  /**
   * Refuses a call that comes from another page.
   *
   * @param missing - what is told a call that does not say where it comes from; undefined: such a call may pass
   * @throws BanyanError `origin_refused`
   */
  checkOrigin(headers: IncomingHttpHeaders, missing: string | undefined): void;
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * @param init - `origin`: known only once the server listens; `what`: "This peer", for messages
 */
export function createPageHost(init: { readonly origin: () => string; readonly what: string }): PageHost {
  const isNamed = (host: string, name: string): boolean => {
    const { protocol, port } = new URL(init.origin());
    // Browsers leave the scheme's own port out; proxies may write it.
    return port === ''
      ? host === name || host === `${name}:${DEFAULT_PORTS[protocol] ?? ''}`
      : host === `${name}:${port}`;
  };
  return {
    get origin() {
      return init.origin();
    },
    hostKind(host) {
      if (host === undefined) return 'foreign';
      const { hostname } = new URL(init.origin());
      if (isNamed(host, hostname)) return 'canonical';
      if (hostname !== 'localhost') return 'foreign';
      return isNamed(host, '127.0.0.1') || isNamed(host, '[::1]') ? 'literal' : 'foreign';
    },
    hostRefused: (host) =>
      new BanyanError(
        'host_refused',
        `${init.what} was called by the name "${displayText(host ?? '', 100)}", which is not its own. Open ${init.origin()} instead.`,
      ),
    checkOrigin(headers, missing) {
      const { origin } = headers;
      if (origin !== undefined && origin !== init.origin()) throw new BanyanError('origin_refused');
      if (origin !== undefined) return;
      // Browsers say where a request comes from even when they send no Origin (a GET by a link or an image).
      const site = headers['sec-fetch-site'];
      if (site !== undefined && site !== 'same-origin' && site !== 'none')
        throw new BanyanError('origin_refused');
      if (missing !== undefined) throw new BanyanError('origin_refused', missing);
    },
  };
}
