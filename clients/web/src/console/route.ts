/** Where the console is, in the fragment: the service serves one document. */
import { useHashLocation } from 'wouter/use-hash-location';

export const FACES = [
  'overview',
  'supernodes',
  'candidates',
  'policy',
  'reports',
  'bans',
  'accounts',
  'audit',
] as const;
export type Face = (typeof FACES)[number];

export type ConsoleRoute =
  { readonly face: Face; readonly about?: string } | { readonly face: 'host'; readonly deviceId: string };

/** Anything unknown is the overview: an old bookmark must not be a dead end. */
export function parseConsoleRoute(path: string): ConsoleRoute {
  const [, name = '', rest = ''] = /^\/?([^/]*)\/?(.*)$/s.exec(path) ?? [];
  if (name === 'host' && rest !== '') return { face: 'host', deviceId: rest };
  const face = FACES.find((one) => one === name) ?? 'overview';
  if (rest === '') return { face };
  try {
    return { face, about: decodeURIComponent(rest) };
  } catch {
    return { face };
  }
}

export const faceHref = (face: Face, about?: string): string =>
  `#/${face === 'overview' ? '' : face}${about === undefined ? '' : `/${encodeURIComponent(about)}`}`;

export const hostHref = (deviceId: string): string => `#/host/${deviceId}`;

export function useConsoleRoute(): ConsoleRoute {
  const [path] = useHashLocation();
  return parseConsoleRoute(path);
}
