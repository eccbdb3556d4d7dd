/**
 * The one error type and the one error table of Banyan.
 *
 * Every failure that crosses a process, a socket or a screen carries a code of this table. The table is
 * repeated in words in `proto/spec/errors.md`; a test keeps the two equal. Compare `code`, never text and
 * never `instanceof` across workspaces.
 */

/** What the table says of one code. */
export interface ErrorEntry {
  /** The sentence for a person: what happened and what to do next. */
  readonly sentence: string;
  /** HTTP status with which a service answers it (RFC 9110). */
  readonly http: number;
  /** WebSocket close code with which a session ends over it (RFC 6455; 4000–4999 are ours). */
  readonly wsClose: number;
  /** Whether the same call may succeed later without any change by the caller. */
  readonly retryable: boolean;
}

const entry = (http: number, wsClose: number, retryable: boolean, sentence: string): ErrorEntry => ({
  sentence,
  http,
  wsClose,
  retryable,
});

/** Code → sentence, HTTP status, WebSocket close code, retryable. Append-only: codes are protocol. */
export const ERROR_TABLE = {
  // Requests and configuration
  invalid_request: entry(
    400,
    4400,
    false,
    'The request is not understood. Check it against the API description.',
  ),
  invalid_config: entry(
    500,
    1011,
    false,
    'The configuration is wrong. Correct the named setting and start again.',
  ),
  not_found: entry(404, 4404, false, 'There is nothing under that name. Check the spelling.'),
  conflict: entry(409, 4409, false, 'Somebody else changed this meanwhile. Read it again and repeat.'),
  rate_limited: entry(429, 4429, true, 'Too many requests. Wait as long as the answer says, then go on.'),
  unavailable: entry(503, 1013, true, 'The service is not available just now. Try again in a moment.'),
  timeout: entry(504, 4408, true, 'No answer came in time. Try again; if it goes on, check the network.'),
  aborted: entry(499, 1000, false, 'The operation was cancelled.'),
  internal: entry(
    500,
    1011,
    true,
    'Something went wrong inside Banyan. The log has the details; please report it.',
  ),
  shutting_down: entry(503, 1001, true, 'This process is stopping. Use another one.'),
  port_taken: entry(
    500,
    1011,
    false,
    'The port is used by another program. Choose another port or stop that program.',
  ),
  bind_refused: entry(
    500,
    1011,
    false,
    'This address may not be listened on. Choose another address or a port above 1023.',
  ),
  not_loopback: entry(
    500,
    1011,
    false,
    'Listening beyond this machine needs TLS. Configure TLS or stay on loopback.',
  ),
  unreachable: entry(
    502,
    4502,
    true,
    'The other side cannot be reached. Check its address and that it runs.',
  ),
  wrong_service: entry(
    502,
    4502,
    false,
    'Something answers at that address, but it is not this Banyan service. Check the URL.',
  ),
  store_unavailable: entry(
    503,
    1013,
    true,
    'The store does not answer. Nothing was written; try again in a moment.',
  ),
  store_in_use: entry(
    500,
    1011,
    false,
    'The data folder is in use by another process. Stop that one, or choose another folder.',
  ),
  store_incomplete: entry(
    500,
    1011,
    false,
    'A restore or a move into this store was begun and not ended, so it holds only a part. Repeat it with --overwrite.',
  ),
  backup_invalid: entry(
    422,
    4422,
    false,
    'This is no whole backup of Banyan. Take another one; nothing was changed.',
  ),

  // Identity
  unauthenticated: entry(401, 4401, false, 'A token is needed. Sign in, or enrol this device again.'),
  token_invalid: entry(
    401,
    4401,
    false,
    'The token is not valid here. Enrol this device again if it goes on.',
  ),
  token_expired: entry(
    401,
    4401,
    true,
    'The token has expired. A new one is fetched by itself when the network is reachable.',
  ),
  token_revoked: entry(
    403,
    4403,
    false,
    'This account or device has been banned. Ask an operator of your network.',
  ),
  proof_invalid: entry(
    401,
    4401,
    false,
    'The caller could not prove that it holds the device key of this token.',
  ),
  proof_replayed: entry(401, 4401, false, 'This proof was used before. Make a new one for each request.'),
  key_mismatch: entry(
    401,
    4401,
    false,
    'The other side has another key than expected, so nothing was sent to it.',
  ),
  forbidden: entry(403, 4403, false, 'You may not do this. Ask an operator of your network for the right.'),
  bad_credentials: entry(401, 4401, false, 'Account name or password is wrong.'),
  name_taken: entry(
    409,
    4409,
    false,
    'That account name is taken. Choose another, or sign in to it with its password.',
  ),
  name_invalid: entry(
    400,
    4400,
    false,
    'That name cannot be used: 2 to 32 letters, digits, dots, dashes or underscores.',
  ),
  password_weak: entry(
    400,
    4400,
    false,
    'The password is too short or too common. Use at least ten characters.',
  ),
  enrolment_closed: entry(
    403,
    4403,
    false,
    'This network is closed to new devices. Ask an operator to enrol you.',
  ),
  invite_required: entry(
    403,
    4403,
    false,
    'This network needs an invite. Ask a member or an operator for an invite link.',
  ),
  invite_invalid: entry(
    403,
    4403,
    false,
    'This invite is not valid. Check that the link was copied whole, or ask for a new one.',
  ),
  invite_expired: entry(403, 4403, false, 'This invite has expired. Ask for a new one.'),
  invite_used: entry(403, 4403, false, 'This invite has been used up. Ask for a new one.'),
  device_unknown: entry(
    401,
    4401,
    false,
    'This device is not enrolled here. Enrol it with an account or an invite.',
  ),
  device_limit: entry(409, 4409, false, 'This account has as many devices as it may have. Remove one first.'),
  code_invalid: entry(
    403,
    4403,
    false,
    'The one-time code is wrong or was used before. Look for the newest one in the log of auth.',
  ),
  reset_invalid: entry(
    403,
    4403,
    false,
    'This reset link is wrong, was used, or has expired. Ask an operator for a new one.',
  ),
  sign_in_pending: entry(
    400,
    4400,
    true,
    'The sign-in is not finished yet. Finish it in the browser; this goes on by itself.',
  ),
  sign_in_refused: entry(
    403,
    4403,
    false,
    'The sign-in of your organisation did not admit you. Ask an operator of your network.',
  ),
  sign_in_expired: entry(
    403,
    4403,
    false,
    'This sign-in was used before, or took too long. Begin a new one.',
  ),
  sign_in_unavailable: entry(
    503,
    1013,
    true,
    'The sign-in of your organisation does not answer just now. Try again in a moment, or sign in another way.',
  ),

  // Sessions and frames
  unsupported_version: entry(
    426,
    4426,
    false,
    'The two sides speak no common protocol version. Update the older one.',
  ),
  malformed_frame: entry(400, 4400, false, 'A frame could not be read. Update the program that sent it.'),
  frame_too_large: entry(413, 1009, false, 'A frame is larger than allowed. Send smaller batches.'),
  unknown_message: entry(
    400,
    4400,
    false,
    'A message of this kind is not known here. Update the older side.',
  ),
  out_of_order: entry(400, 4400, false, 'A message came when none of its kind was expected.'),
  limit_exceeded: entry(413, 4413, false, 'A stated limit was exceeded. The message says which and how far.'),
  no_credit: entry(429, 4429, true, 'Too much is under way on this session. Wait for answers first.'),
  slow_reader: entry(
    408,
    4408,
    true,
    'The other side read too slowly and was dropped. It may connect again.',
  ),
  session_replaced: entry(409, 4409, false, 'The same device opened a newer session; this one ends.'),
  session_too_old: entry(401, 4401, true, 'The session reached its maximum age. Connect again.'),
  full: entry(503, 4503, true, 'No place is free here. The answer names alternatives.'),
  draining: entry(503, 4503, true, 'This supernode is leaving service. The answer names alternatives.'),
  loop: entry(508, 4400, false, 'The query came round to a supernode that had it already.'),
  no_supernode: entry(503, 4503, true, 'No supernode is reachable just now. It is tried again by itself.'),

  // Content and transfer
  unknown_content: entry(404, 4404, false, 'This content is not held here. Search for it again.'),
  range_unsatisfiable: entry(416, 4416, false, 'The range lies outside the file.'),
  chunk_missing: entry(
    409,
    4409,
    true,
    'This source holds the file in part and lacks that chunk. Its chunk map says what it has.',
  ),
  no_slot: entry(503, 4503, true, 'All upload slots are taken. The answer says the place in the queue.'),
  file_changed: entry(
    410,
    4410,
    false,
    'The shared file was changed or removed since it was published. Search again.',
  ),
  bad_chunk: entry(502, 4502, false, 'Wrong bytes: the chunk does not match its proof.'),
  bad_proof: entry(502, 4502, false, 'The chunk hashes do not lead to the root of the content.'),
  source_stalled: entry(504, 4408, true, 'The source sent nothing for too long.'),
  source_slow: entry(504, 4408, true, 'The source is far slower than the others.'),
  source_closed: entry(502, 4502, true, 'The source closed the connection.'),
  source_blocked: entry(403, 4403, false, 'You do not want this source for this download.'),
  wrong_range: entry(502, 4502, false, 'The source answered with another range than asked.'),
  no_ranges: entry(
    502,
    4502,
    false,
    'The server cannot send parts of a file, so the download cannot go on from the middle.',
  ),
  no_sources: entry(
    503,
    4503,
    true,
    'No source is reachable just now. The download waits and goes on when one appears.',
  ),
  blocked_content: entry(451, 4451, false, 'This content is blocked in this network.'),
  link_invalid: entry(
    400,
    4400,
    false,
    'This is not a Banyan link. It looks like banyan:<64 hex digits>-<length>?dn=name.',
  ),
  metalink_invalid: entry(
    400,
    4400,
    false,
    'This is not a Metalink 4 document (RFC 5854) that can be used. Download it again, or ask who made it.',
  ),

  // Files
  folder_missing: entry(400, 4400, false, 'The folder does not exist. Check the path.'),
  folder_unreadable: entry(403, 4403, false, 'The folder cannot be read. Check its permissions.'),
  folder_unsafe: entry(
    409,
    4409,
    false,
    'Sharing this folder would share private or system files. Choose a folder inside it, or confirm.',
  ),
  folder_overlaps: entry(409, 4409, false, 'This folder is shared already, by itself or inside another.'),
  name_unsafe: entry(400, 4400, false, 'The file name is not safe to store.'),
  disk_full: entry(507, 4507, true, 'The disk is full. Make room; the download goes on from where it was.'),
  disk_failed: entry(
    507,
    4507,
    true,
    'The disk refused to read or write. Check it; what was proved is kept.',
  ),

  // Local API
  host_refused: entry(
    403,
    4403,
    false,
    'This page must be opened under its own name. Use the address that `banyan open` prints.',
  ),
  origin_refused: entry(403, 4403, false, 'Another site tried to use this page. Nothing was done.'),
  login_required: entry(401, 4401, false, 'Open this page with `banyan open`, which signs you in.'),
  login_used: entry(
    401,
    4401,
    false,
    'This login link was used or is too old. Run `banyan open` for a new one.',
  ),
  stale_login: entry(
    403,
    4403,
    false,
    'This act needs a fresh sign-in: yours is older than five minutes. Prove once more who you are, then repeat it.',
  ),
  peer_not_running: entry(
    503,
    4503,
    true,
    'No peer is running here. Start one with `banyan peer` or `npm start`.',
  ),
  not_joined: entry(
    409,
    4409,
    false,
    'This Banyan is in no network yet. Join one on its page, which `banyan open` opens.',
  ),
} as const satisfies Record<string, ErrorEntry>;

/** A code of {@link ERROR_TABLE}. */
export type ErrorCode = keyof typeof ERROR_TABLE;

/** Whether `code` is one that this version knows (a newer peer may send others). */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_TABLE, code);
}

const LIES: ReadonlySet<string> = new Set<ErrorCode>(['bad_chunk', 'bad_proof', 'wrong_range']);

/** Whether a code says that a source lied: it is never asked again for that download, not even when somebody wants it. */
export function isLie(code: string): boolean {
  return LIES.has(code);
}

/** Options of {@link BanyanError}. */
export interface BanyanErrorOptions {
  /** The foreign error that is wrapped, once, at the edge. */
  readonly cause?: unknown;
  /** Overrides the table's `retryable`. */
  readonly retryable?: boolean;
  /** Milliseconds after which a retry makes sense, when the refuser said so. */
  readonly retryAfterMs?: number;
  /** Machine-readable particulars (plain JSON); never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The JSON form of an error in every HTTP answer of Banyan's own APIs, and in `--json` output. */
export interface ErrorBody {
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly retryable: boolean;
    readonly retryAfterMs?: number;
    readonly details?: Readonly<Record<string, unknown>>;
  };
}

/** An error with a code of the table; its message is for a person and ends with what to do. */
export class BanyanError extends Error {
  override readonly name = 'BanyanError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  /**
   * @param code - a code of {@link ERROR_TABLE}
   * @param message - says what happened here in particular; default: the table's sentence. The table's
   *   sentence is not repeated after it, so a message of one's own says what to do as well.
   */
  constructor(code: ErrorCode, message?: string, options: BanyanErrorOptions = {}) {
    super(
      message ?? ERROR_TABLE[code].sentence,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.retryable = options.retryable ?? ERROR_TABLE[code].retryable;
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details;
  }

  /** HTTP status of this error. */
  get http(): number {
    return ERROR_TABLE[this.code].http;
  }

  /** WebSocket close code of this error. */
  get wsClose(): number {
    return ERROR_TABLE[this.code].wsClose;
  }

  /** The wire form; causes and stacks stay at home. */
  toBody(): ErrorBody {
    return {
      error: {
        code: this.code,
        message: this.message,
        retryable: this.retryable,
        ...(this.retryAfterMs === undefined ? {} : { retryAfterMs: this.retryAfterMs }),
        ...(this.details === undefined ? {} : { details: this.details }),
      },
    };
  }
}

/** Whether `value` is a BanyanError, also one of another copy of this module. */
export function isBanyanError(value: unknown): value is BanyanError {
  return (
    value instanceof Error &&
    value.name === 'BanyanError' &&
    isErrorCode((value as Partial<BanyanError>).code)
  );
}

/**
 * Wraps a foreign error once; a BanyanError passes unchanged.
 *
 * @param fallback - the code for errors that say nothing of their own; default `internal`
 */
export function toBanyanError(
  value: unknown,
  fallback: ErrorCode = 'internal',
  message?: string,
): BanyanError {
  if (isBanyanError(value)) return value;
  if (value instanceof Error && value.name === 'AbortError')
    return new BanyanError('aborted', undefined, { cause: value });
  return new BanyanError(fallback, message, { cause: value });
}

/** Reads the JSON error form that a remote sent; anything else becomes `fallback`. */
export function errorFromBody(body: unknown, fallback: ErrorCode = 'internal'): BanyanError {
  const e = (body as { error?: Record<string, unknown> } | null | undefined)?.error;
  if (e === undefined || e === null || typeof e !== 'object') return new BanyanError(fallback);
  const code = isErrorCode(e['code']) ? e['code'] : fallback;
  const message = typeof e['message'] === 'string' ? e['message'].slice(0, 1000) : undefined;
  return new BanyanError(code, message, {
    ...(typeof e['retryAfterMs'] === 'number' ? { retryAfterMs: e['retryAfterMs'] } : {}),
    ...(typeof e['details'] === 'object' && e['details'] !== null
      ? { details: e['details'] as Record<string, unknown> }
      : {}),
  });
}
