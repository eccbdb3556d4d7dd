/**
 * Where the page is, in the fragment: words that were searched for never reach a server's log, and the
 * daemon serves one document.
 */

import { navigate, useHashLocation } from 'wouter/use-hash-location';

export type Route =
  | { readonly face: 'search'; readonly query: string }
  | { readonly face: 'transfers' }
  | { readonly face: 'library' };

/** Anything unknown is the search face: an old bookmark must not be a dead end. */
export function parseRoute(path: string): Route {
  const [, face, rest = ''] = /^\/?([^/]*)\/?(.*)$/s.exec(path) ?? [];
  if (face === 'transfers') return { face };
  if (face === 'library') return { face };
  if (face !== 'search') return { face: 'search', query: '' };
  try {
    return { face, query: decodeURIComponent(rest) };
  } catch {
    return { face, query: rest };
  }
}

export function routePath(route: Route): string {
  if (route.face !== 'search') return `/${route.face}`;
  return route.query === '' ? '/' : `/search/${encodeURIComponent(route.query)}`;
}

export const routeHref = (route: Route): string => `#${routePath(route)}`;

export function go(route: Route): void {
  navigate(routePath(route));
}

export function useRoute(): Route {
  const [path] = useHashLocation();
  return parseRoute(path);
}

/** The one-time code of a login link, taken out of the address and its history; undefined without one. */
export function takeLoginCode(): string | undefined {
  const match = /^#\/?login=([^&]+)/.exec(location.hash);
  if (match?.[1] === undefined) return undefined;
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  try {
    return decodeURIComponent(match[1]);
  } catch {
    return match[1];
  }
}
