/** The version of this program. */
export const VERSION = '0.1.0';
/** What this program calls itself in sessions. */
export const SOFTWARE = `banyan/${VERSION} (peer)`;
