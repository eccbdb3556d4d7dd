/** Numbers of the auth service that are no protocol, each with its reason. */

/** argon2id memory: the second of OWASP's recommended settings (19 MiB, 2 passes), safe on small hosts. */
export const ARGON2_MEMORY_KIB = 19_456;
/** argon2id passes that belong to {@link ARGON2_MEMORY_KIB}: about 30 ms on one core. */
export const ARGON2_PASSES = 2;
/** One lane: more would only shorten the wait of one login at the cost of the others. */
export const ARGON2_LANES = 1;
/** Hashes at once: half of libuv's four threads, so that the store and DNS always find a free one. */
export const HASHES_AT_ONCE = 2;
/** Hashes waiting; beyond it (about 1 s of work) callers are told to come back. */
export const MAX_HASHES_WAITING = 64;

/** What the sentence of `password_weak` promises; NIST SP 800-63B asks for at least 8. */
export const MIN_PASSWORD_CHARS = 10;
/** Longer ones are hashed just as well, but no person types them. */
export const MAX_PASSWORD_CHARS = 1024;

/** Devices of one account: every machine of a person, and still a list one can read. */
export const MAX_DEVICES = 32;
/** Devices of an account with the grant `load`: a load tester's leaves, in as few accounts as records stay small. */
export const MAX_DEVICES_LOAD = 1024;

/** Devices that one invite of such an account may admit to itself: the most that any invite may. */
export const LOAD_INVITE_USES = 1000;
/** Lists of devices that such an account may put away: a run has one for each of its accounts, and costs the store one write. */
export const RETIREMENTS_PER_HOUR = { max: 120, windowMs: 3600 * 1000 };

/** Random bytes of an invite code: guessing is hopeless, the link stays short. */
export const INVITE_CODE_BYTES = 18;
/** Default life of an invite. */
export const INVITE_TTL_S = 7 * 24 * 3600;
/** An invite that is over is remembered so long, to say "expired" or "used" in place of "not valid". */
export const INVITE_MEMORY_S = 30 * 24 * 3600;
/** Invites a member may make per day; operators make as many as they want. */
export const MEMBER_INVITES_PER_DAY = 50;
/** Devices one invite of a member may admit; a club's poster is an operator's to print. */
export const MEMBER_INVITE_USES = 10;

/** Symbols of the first operator's code: 32^20 = 100 bits, in groups that a person can copy. */
export const OPERATOR_CODE_SYMBOLS = 20;
/** Codes of restarts and replicas that are valid at once; older ones end. */
export const MAX_OPERATOR_CODES = 8;

/**
 * A new signing key is published so long before it signs: longer than the 10 minutes for which JWKS
 * caches commonly keep what they have (jose's default).
 */
export const KEY_LEAD_S = 15 * 60;
/** Replicas and timers look after the keys this often: far more often than {@link KEY_LEAD_S}. */
export const KEY_CHECK_MS = 60_000;
/** With a store that others write too, their keys are looked for this often. */
export const KEY_FOLLOW_MS = 5_000;
/** Then a new key waits at least so long, whatever is configured: all replicas know it before one signs with it. */
export const MIN_SHARED_KEY_LEAD_S = 15;
/** Keys that may be published at once: whoever rotates faster waits for old ones to leave. */
export const MAX_PUBLISHED_KEYS = 16;

/** Deltas in one answer of the feed; the reader asks on from there. */
export const MAX_DELTAS_PER_ANSWER = 256;
/** Readers of the feed that may wait at once; further ones are answered at once. */
export const MAX_FEED_WAITERS = 10_000;
/** With a store that others write too, their deltas are looked for this often: well inside the promised 30 s. */
export const FEED_FOLLOW_MS = 1_000;

/**
 * After a restore no delta is made for so long: whoever follows the feed comes back within 15 s of a start, and gives back
 * what the backup did not have.
 */
export const RESTORE_SETTLE_MS = 60_000;
/** And takes back for so long what nobody has given by then: machines that were off come back within a day. */
export const RESTORE_MEMORY_MS = 24 * 3600 * 1000;

/** Lost races for one record after which a caller is told to repeat. */
export const MAX_CAS_ATTEMPTS = 64;

/**
 * Devices that one account may remove: all it can have. Each is a delta that is kept and relayed for good, so
 * that it must not be free to enrol and remove one device without end.
 */
export const REMOVALS_PER_DAY = { max: 32, windowMs: 24 * 3600 * 1000 };

/**
 * A record with the entry of its last change is kept so long beyond its own end: should the process that changed it have died before
 * it told the audit, another finds the entry there. Longer than any network goes without a running auth.
 */
export const AUDITED_MEMORY_MS = 30 * 24 * 3600 * 1000;

/** Devices in one delta of the feed: a small part of what it may hold, so that it stays a small message. */
export const MAX_REVOKED_AT_ONCE = 256;

/** Default life of a reset link: long enough to reach a person, too short to be found in an old inbox. */
export const RESET_TTL_S = 24 * 3600;
/** Random bytes of its secret. */
export const RESET_CODE_BYTES = 24;

/** When a device was seen is written down this often: devices fetch several tokens an hour. */
export const SEEN_EVERY_MS = 15 * 60_000;
/** A device that was not seen for so long was not seen. */
export const SEEN_MEMORY_MS = 400 * 24 * 3600 * 1000;

/** Reports of one account: a diligent member stays below, and nobody floods the operators. */
export const REPORTS_PER_DAY = { max: 20, windowMs: 24 * 3600 * 1000 };
/** A resolved report is kept so long, for whoever asks what became of it. */
export const RESOLVED_REPORT_MEMORY_MS = 365 * 24 * 3600 * 1000;
/** Reports on one page. */
export const MAX_REPORTS_PAGE = 200;

/** Exports of one account: each reads the whole audit. */
export const EXPORTS_PER_DAY = { max: 10, windowMs: 24 * 3600 * 1000 };
/** Entries of the audit in one export, the newest: an answer stays below what clients take. */
export const MAX_EXPORTED_ENTRIES = 2_000;
/** Bans on one page. */
export const MAX_BANS_PAGE = 200;
/** Body of a list of bans: MAX_BAN_LIST_CHARS in UTF-8 within JSON, each character three bytes. */
export const MAX_BAN_LIST_BYTES = 1024 * 1024;
/** Entries of the audit in one answer. */
export const MAX_AUDIT_PAGE = 500;

/** Accounts on one page of the operators' list. */
export const MAX_ACCOUNTS_PAGE = 200;

/**
 * A name or device that was claimed for an account which still does not hold it after this belongs to an
 * enrolment that a crash cut off: it is free again. Far longer than any enrolment takes.
 */
export const CLAIM_ABANDONED_MS = 60_000;

/** Longest account name in code points: what the sentence of `name_invalid` says. */
export const MAX_ACCOUNT_NAME_CHARS = 32;

/** A sign-in with the provider must be through by then: time to find a second factor, none to forget it. */
export const SIGN_IN_TTL_S = 10 * 60;
/** It is remembered a little longer, so that a device that asks late is told why. */
export const SIGN_IN_MEMORY_MS = 5 * 60_000;
/** RFC 8628 section 3.5: a device asks no more often. */
export const SIGN_IN_INTERVAL_S = 3;
/** RFC 8628 section 6.1: 20^8 = 34 bits; guesses are counted, and a hit only names somebody else's device. */
export const USER_CODE_SYMBOLS = 8;
/** Codes mistyped from one address. */
export const USER_CODES_PER_ADDRESS = { max: 30, windowMs: 15 * 60_000 };
/** OpenID Connect Core section 2. */
export const MAX_SUBJECT_CHARS = 255;
/** Groups of one person that are looked at; directories of universities name hundreds. */
export const MAX_CLAIMED_GROUPS = 2_000;
/** Largest answer of a provider: metadata, keys and tokens are far smaller. */
export const MAX_PROVIDER_ANSWER_BYTES = 1024 * 1024;
/** A person waits in the browser meanwhile. */
export const PROVIDER_TIMEOUT_S = 8;
/** Clocks of the provider and of this host may differ by so much. */
export const PROVIDER_CLOCK_TOLERANCE_S = 30;
/** The provider's metadata and whether it answers are looked at so often; it may change both. */
export const PROVIDER_REFRESH_MS = 5 * 60_000;
