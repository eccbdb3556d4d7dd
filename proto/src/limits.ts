/**
 * Every limit of the protocol, each with its reason. A limit is checked before memory is spent on what
 * exceeds it. Changing one is a protocol change: say so in CHANGELOG and `proto/spec/`.
 */

const KIB = 1024;
const MIB = 1024 * KIB;

/** BEP 52 leaf size. */
export const BLOCK_BYTES = 16 * KIB;
/** The unit of proof: small enough for preview, racing and blame, whatever the file's length. */
export const CHUNK_BYTES = 1 * MIB;
/** SHA-256. */
export const HASH_BYTES = 32;
/** Longest content: what a JavaScript number counts exactly; a chunk index then still fits 33 bits. */
export const MAX_CONTENT_BYTES = Number.MAX_SAFE_INTEGER;
/** Chunk hashes in one layer answer: 64 KiB of hashes, the proof of 2 GiB; larger files ask by ranges. */
export const MAX_LAYER_HASHES = 2048;
/** Runs of a chunk map in a header: 16 KiB is what HTTP servers take for all headers together. */
export const MAX_MAP_RUNS = 512;

/** A `banyan:` or invite link in characters: what chat programs and command lines pass on whole. */
export const MAX_LINK_CHARS = 8 * KIB;
/** Plain mirrors of one link. */
export const MAX_LINK_MIRRORS = 16;
/** A mirror's URL in characters: signed URLs of object stores have about 2,000. */
export const MAX_MIRROR_URL_CHARS = 4 * KIB;
/** A Metalink document in bytes: the piece hashes of 40 GiB in pieces of 256 KiB, with their tags. */
export const MAX_METALINK_BYTES = 16 * MIB;
/** Files of one Metalink: each becomes a download, and a person must be able to look them over. */
export const MAX_METALINK_FILES = 1000;
/** An invite's code in characters; ours have 22 (128 bits). */
export const MAX_INVITE_CODE_CHARS = 128;
/** Pins of one service: the key in use, its backup, and both of a replica or of a rotation under way. */
export const MAX_PINS = 4;

/** One protobuf frame. A batch of 1,000 records with 255-byte names and tags stays below. */
export const MAX_FRAME_BYTES = 1 * MIB;
/** Records in one Publish batch: keeps a slice of index work in milliseconds. */
export const MAX_BATCH_RECORDS = 1000;
/** Records of one leaf: ten times the largest library its users report; more is abuse or a server. */
export const MAX_LEAF_RECORDS = 1_000_000;
/** A file name in UTF-8 bytes: what ext4, APFS and NTFS can store. */
export const MAX_NAME_BYTES = 255;
/** A folder path inside a share in UTF-8 bytes. */
export const MAX_FOLDER_BYTES = 1024;
/** One tag's value in UTF-8 bytes: titles are short, comments are not searched. */
export const MAX_TAG_BYTES = 256;
/** Further tag fields of one record. */
export const MAX_MORE_TAGS = 16;
/** A query in UTF-8 bytes: longer ones are pasted text. */
export const MAX_QUERY_BYTES = 512;
/** UTF-16 units of a query in the local API; what a supernode takes is bounded in bytes, by the line above. */
export const MAX_QUERY_CHARS = 512;
/** Searches that one peer repeats by itself: each costs its supernodes a query from time to time. */
export const MAX_SAVED_SEARCHES = 50;
/** Names of new hits of a saved search that are told; how many there are is told beside them. */
export const MAX_SAVED_NAMES = 5;
/** Downloads named in one call of the local API: what a person picks, and a folder of files. */
export const MAX_BATCH_DOWNLOADS = 1_000;
/** Seconds in which a cancelled download can be had back. */
export const MAX_UNDO_S = 60;
/** Words of a query that are looked up. */
export const MAX_QUERY_TERMS = 32;
/** Hits of one answer: KaZaA asked 50, Google shows 10; further ones come by cursor. */
export const MAX_HITS = 50;
/** Suggestions while typing: a list that is taken in at a glance (eight are shown). */
export const MAX_SUGGESTIONS = 16;
/** Suggestions asked by one leaf per minute: ten keystrokes a second, for a minute without pause. */
export const MAX_SUGGESTS_PER_MINUTE = 600;
/** Sources named for one content: a swarm is saturated long before. */
export const MAX_SOURCES = 64;
/** Other sources that a source names: several times those that a download wants at least. */
export const MAX_NAMED_SOURCES = 16;
/** Addresses of one device: two families, LAN and WAN, old and new port. */
export const MAX_ADDRESSES = 8;
/** Alternates in Welcome, Draining and Error. */
export const MAX_ALTERNATES = 5;
/** An access token in bytes; ours have about 500. */
export const MAX_TOKEN_BYTES = 4 * KIB;
/** An account, device or supernode name in UTF-8 bytes: the 64 code points that the REST APIs take, in any script. */
export const MAX_DISPLAY_NAME_BYTES = 256;

/** A sentence for a person: error messages, refusals, hints. */
export const MAX_MESSAGE_BYTES = 1024;
/** A word for a program: error codes, features, software names, facets. */
export const MAX_LABEL_BYTES = 128;
/** A host name (RFC 1035) or address literal. */
export const MAX_HOST_BYTES = 255;
/** Optional abilities in Hello and Welcome. */
export const MAX_FEATURES = 32;
/** A cursor, opaque to everybody but its maker. */
export const MAX_CURSOR_BYTES = 256;
/** Other names of one hit: enough to see that a file is sold under false ones. */
export const MAX_HIT_NAMES = 8;
/** Parts of one hit's explained score. */
export const MAX_SCORE_PARTS = 32;
/** Supernodes that answered one hit, or that one query asked: the full mesh of design.md section 10. */
export const MAX_ASKED_SUPERNODES = 2048;
/** Facet counts of one answer. */
export const MAX_FACETS = 64;
/** Hints of one answer: one per word of the query. */
export const MAX_HINTS = 32;
/** Ids of the groups that may see a record, joined by commas, in bytes. */
export const MAX_GROUPS_BYTES = 1024;
/** Heavy terms in one gossip message. */
export const MAX_HEAVY_TERMS = 1024;
/** Signed deltas in one Revocations message. */
export const MAX_REVOCATION_DELTAS = 256;
/** One signed delta: a thousand entries with reasons. */
export const MAX_REVOCATION_BYTES = 512 * KIB;

/** Requests a leaf may have under way on one session. */
export const MAX_IN_FLIGHT_LEAF = 16;
/** Requests a supernode may have under way on one link: it speaks for thousands of leaves. */
export const MAX_IN_FLIGHT_LINK = 1024;
/** Searches of one leaf per minute: a fast typist with suggestions stays below. */
export const MAX_SEARCHES_PER_MINUTE = 240;
/**
 * Look-ups of one leaf per minute who has a content: a folder of ten thousand small files in some twenty seconds. A look-up by
 * root costs a hundredth of a search.
 */
export const MAX_SOURCE_LOOKUPS_PER_MINUTE = 30_000;
/** Bytes waiting to be written to one session before its reader counts as slow and is dropped. */
export const MAX_BUFFERED_BYTES = 4 * MIB;
/** Hops of a query in the overlay: entry, relay, owner (design.md section 10). */
export const MAX_HOPS = 2;
/** A supernode answers what it has by then; the entry says who timed out. */
export const QUERY_TIMEOUT_MS = 2_000;
/** Hello must follow the open socket within this. */
export const HELLO_TIMEOUT_MS = 5_000;
/** WebSocket pings; two missed ones end the session. */
export const PING_INTERVAL_MS = 15_000;
/** A session lives at most this long, so that bans, keys and code changes reach everyone. */
export const MAX_SESSION_MS = 24 * 3600 * 1000;
/** How long a vanished leaf's catalog is held, hidden, for its return with the same fingerprint. */
export const CATALOG_HOLD_MS = 60_000;

/** Access tokens live one hour. */
export const TOKEN_TTL_S = 3600;
/** With auth away, sessions and transfers outlive their token by this much. */
export const TOKEN_GRACE_S = 3600;
/** Clocks of honest machines differ; more is refused. */
export const CLOCK_SKEW_S = 60;
/** Lifetime of a client assertion and of a DPoP proof (RFC 7523, RFC 9449). */
export const PROOF_TTL_S = 60;
/** A retired signing key is still published this long: longer than any token it signed, and a day for caches. */
export const KEY_OVERLAP_S = 24 * 3600;
/** An unknown key id causes at most one fetch of the keys in this time. */
export const JWKS_COOLDOWN_MS = 30_000;

/** Body of a JSON request to auth, list and local API. */
export const MAX_JSON_BODY_BYTES = 64 * KIB;
/** Lines of one list of bans that is imported: what one community's blocklist needs, and seconds of work for auth. */
export const MAX_BAN_LIST_LINES = 1_000;
/** Characters of such a list: its lines with reasons of usual length. */
export const MAX_BAN_LIST_CHARS = 256 * KIB;
/** Pieces of evidence of one ban: what a person still looks through. */
export const MAX_EVIDENCE = 10;
/** Characters of one: a sentence or two, or a long link. */
export const MAX_EVIDENCE_CHARS = 500;
/** Supernodes in one answer of the list (KaZaA: 200; a leaf needs a home, a second home and spares). */
export const MAX_LIST_ANSWER = 16;
/** A supernode beats this often. */
export const BEAT_INTERVAL_MS = 5_000;
/** Silent for three beats: left out of the list. */
export const BEAT_EXPIRY_MS = 15_000;
/** Longest wait of a long poll for membership or revocations. */
export const LONG_POLL_MS = 25_000;

/** Devices served at once by one peer (libtorrent's default of upload slots). */
export const DEFAULT_UPLOAD_SLOTS = 8;
/** Devices waiting for a slot; beyond it they are refused at once. */
export const MAX_UPLOAD_QUEUE = 1000;
/**
 * Highest rate that a leaf may promise, bytes per second: a line of 10 Gbit/s. Whoever claims more is taken at this, so that one
 * liar does not make a file look like a thousand sources.
 */
export const MAX_OFFERED_RATE = 1_250_000_000;
/** Free slots that a leaf may claim: a hundred times the default. */
export const MAX_OFFERED_SLOTS = 1000;
/** A leaf tells what it can give at most this often. */
export const UPLOAD_OFFER_INTERVAL_MS = 10_000;
/** Offers of one leaf per minute that its home takes in: those, and some for whoever measures time otherwise. */
export const MAX_UPLOAD_OFFERS_PER_MINUTE = 12;
/** A slot without a request for so long goes to the next in the queue. */
export const SLOT_IDLE_MS = 15_000;
/** Connections one device may hold to one peer. */
export const MAX_CONNECTIONS_PER_DEVICE = 8;
/** Contents of one bundle: their ids fit a request head beside a token, and their files may all be open at once. */
export const MAX_BUNDLE_CONTENTS = 64;
/** Bytes of all contents of a bundle: what a downloader holds in memory until it has proved and written them. */
export const MAX_BUNDLE_BYTES = 4 * MIB;
/**
 * Bytes of one measurement of a leaf's line, each way: a second of a line of 64 Mbit/s, in which its pace has settled. A faster one
 * is measured as fast enough.
 */
export const MAX_SPEED_BYTES = 8 * MIB;
/** A peer answers one home such a measurement once in this time: it takes its line from its users. */
export const SPEED_PAUSE_MS = 5 * 60_000;
/** Dials to one target address per minute caused by others' records: nobody is attacked through us. */
export const MAX_DIALS_PER_TARGET_PER_MINUTE = 12;
/**
 * Dial-backs that a leaf may ask for per minute: a person who tries again. With a file to fetch each is two dials, and the
 * target is still dialled for others.
 */
export const MAX_REACH_CHECKS_PER_MINUTE = 4;

// ---- settings of a peer, which its page and the command line check too ----

/** Least limit of a transfer: below, sources would be taken for stalled and readers for gone; pausing is what is meant. */
export const MIN_LIMIT_BYTES_PER_SECOND = 10_000;
/** Largest limit: a terabyte per second is no limit any more. */
export const MAX_LIMIT_BYTES_PER_SECOND = 1e12;
/** Rules of a schedule: one for each hour of a working day and of a free one, and some. */
export const MAX_SCHEDULE_RULES = 50;
/** Patterns by which an owner leaves things out of one shared folder: more are nobody's to oversee. */
export const MAX_EXCLUSIONS = 64;
/** UTF-16 units of one of them: a path of a few folders. */
export const MAX_EXCLUSION_CHARS = 256;
/** Downloads that fetch at once, at most: each holds a file, a journal and connections. */
export const MAX_DOWNLOADS_AT_ONCE = 100;
/** Longest filter of a view, UTF-16 units: a whole file name, which people paste. */
export const MAX_VIEW_FILTER_CHARS = 255;
