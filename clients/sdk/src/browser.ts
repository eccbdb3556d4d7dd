/** The browser door of the sdk: the peer's local API and the operator console for their pages. No node:*, nothing that needs a bundle of its own. */

export { createBrowserClient } from './browser/client.ts';
export type { BrowserClient, BrowserClientInit, DownloadAction } from './browser/client.ts';
export { createConsoleClient } from './browser/console.ts';
export type { AuditAsked, ConsoleClient, ConsoleFrame, ConsoleViewParams } from './browser/console.ts';
export { VIEW_WINDOW_ROWS } from './browser/live.ts';
export type { LinkState, View, ViewFailure, ViewInit, ViewListener } from './browser/live.ts';
export type { FetchLike, SocketConstructor, SocketLike, Timers } from './browser/environment.ts';
