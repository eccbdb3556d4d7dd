/**
 * Where the page is, in the fragment: words that were searched for never reach a server's log, and the
 * daemon serves one document.
 */

import type { SignInAnswer } from '@banyan/proto';
import { useMemo } from 'react';
import { navigate, useHashLocation } from 'wouter/use-hash-location';

export type Route =
  | {
      readonly face: 'search';
      readonly query: string;
      /** No correction of spelling: the reader insists on the words as they are. */
      readonly asTyped?: true;
    }
  | { readonly face: 'transfers' }
  | { readonly face: 'library' }
  | { readonly face: 'settings' };

/** The path of a search whose words are not corrected, so that reload and back keep it so. */
const AS_TYPED = 'search-as-typed';

/** Anything unknown is the search face: an old bookmark must not be a dead end. */
export function parseRoute(path: string): Route {
  const [, face, rest = ''] = /^\/?([^/]*)\/?(.*)$/s.exec(path) ?? [];
  if (face === 'transfers') return { face };
  if (face === 'library') return { face };
  if (face === 'settings') return { face };
  if (face !== 'search' && face !== AS_TYPED) return { face: 'search', query: '' };
  const asTyped = face === AS_TYPED && rest !== '' ? { asTyped: true as const } : {};
  try {
    return { face: 'search', query: decodeURIComponent(rest), ...asTyped };
  } catch {
    return { face: 'search', query: rest, ...asTyped };
  }
}

export function routePath(route: Route): string {
  if (route.face !== 'search') return `/${route.face}`;
  if (route.query === '') return '/';
  return `/${route.asTyped === true ? AS_TYPED : 'search'}/${encodeURIComponent(route.query)}`;
}

export const routeHref = (route: Route): string => `#${routePath(route)}`;

export function go(route: Route): void {
  navigate(routePath(route));
}

export function useRoute(): Route {
  const [path] = useHashLocation();
  return useMemo(() => parseRoute(path), [path]);
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

/** What a browser brings back from a sign-in with the network's provider. */
let answer: SignInAnswer | undefined;

/** Takes the answer of a sign-in out of the address and its history, at the page's start, for {@link takeSignInAnswer}. */
export function keepSignInAnswer(): void {
  const query = new URLSearchParams(location.search);
  const [code, state] = [query.get('code'), query.get('state')];
  if (code === null || state === null) return;
  answer = { code, state };
  history.replaceState(null, '', `${location.pathname}${location.hash}`);
}

/** The answer of a sign-in, once; undefined without one. */
export function takeSignInAnswer(): SignInAnswer | undefined {
  const taken = answer;
  answer = undefined;
  return taken;
}
