/** The version of Banyan, of all its programs. */
export const VERSION = '0.1.0';
