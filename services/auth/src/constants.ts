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

/** Lost races for one record after which a caller is told to repeat. */
export const MAX_CAS_ATTEMPTS = 64;

/**
 * Devices that one account may remove: all it can have. Each is a delta that is kept and relayed for good, so
 * that it must not be free to enrol and remove one device without end.
 */
export const REMOVALS_PER_DAY = { max: 32, windowMs: 24 * 3600 * 1000 };

/** Accounts on one page of the operators' list. */
export const MAX_ACCOUNTS_PAGE = 200;

/**
 * A name or device that was claimed for an account which still does not hold it after this belongs to an
 * enrolment that a crash cut off: it is free again. Far longer than any enrolment takes.
 */
export const CLAIM_ABANDONED_MS = 60_000;
