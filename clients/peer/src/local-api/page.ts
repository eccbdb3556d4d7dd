/** The built web page, served from the peer itself. */
import { fileURLToPath } from 'node:url';
import { addBuiltPage, pagePolicy, type HttpApp } from '@banyan/kit';

/** Where `@banyan/web` is built to, seen from `src/` or `dist/` of this workspace. */
export const BUILT_PAGE = fileURLToPath(new URL('../../../web/dist/app/', import.meta.url));

export interface PageInit {
  /** Folder of the built page. */
  readonly webRoot: string;
  readonly port: () => number;
  /** The only place from which the page plays anything: the gateway, once there is one. */
  readonly mediaOrigin: () => string | undefined;
}

/** Serves the page at every path that is not the API's. */
export function addPage(app: HttpApp, { webRoot, port, mediaOrigin }: PageInit): Promise<void> {
  return addBuiltPage(app, {
    webRoot,
    apiPrefix: '/api/',
    policy: () => pagePolicy({ socket: `ws://localhost:${port()}`, media: mediaOrigin() }),
    notBuilt: [
      'This peer runs, but its web page has not been built. Run `npm run build` in the clone, then reload.',
      'The command line does the same: banyan --help',
    ],
  });
}
