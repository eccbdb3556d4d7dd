/**
 * The URL of a worker's compiled file, seen from the module that starts it.
 *
 * Node 20 runs no TypeScript, so a worker is always loaded from `dist/`, even when the caller runs from `src/`
 * as it does under jest: `…/src/library/scan.ts` with `./hash-worker.js` gives `…/dist/library/hash-worker.js`.
 * The workspace must have been built then; set-up does that.
 *
 * @param importMetaUrl - the caller's `import.meta.url`
 * @param relative - the worker file relative to the caller, with the ending `.js`
 */
export function workerUrl(importMetaUrl: string, relative: string): URL {
  const url = new URL(relative, importMetaUrl);
  if (!importMetaUrl.endsWith('.ts')) return url;
  // The last /src/ is the workspace's own; a checkout may well lie below another folder of that name.
  const at = url.pathname.lastIndexOf('/src/');
  if (at >= 0) url.pathname = `${url.pathname.slice(0, at)}/dist/${url.pathname.slice(at + '/src/'.length)}`;
  return url;
}
