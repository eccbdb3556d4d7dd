/**
 * The contract without the shapes of HTTP bodies: their schema library takes a sixth of a second and 20 MiB to load,
 * which a thread that never sees such a body should not pay.
 */

export * from './limits.ts';
export { apportion, wholePercent } from './apportion.ts';
export {
  BanyanError,
  ERROR_TABLE,
  errorFromBody,
  isBanyanError,
  isErrorCode,
  isLie,
  toBanyanError,
} from './errors.ts';
export type { BanyanErrorOptions, ErrorBody, ErrorCode, ErrorEntry } from './errors.ts';
export {
  fromBase64url,
  fromHex,
  isDeviceId,
  sameBytes,
  toBase64url,
  toHex,
  utf8,
  utf8Into,
  utf8Length,
  utf8Text,
} from './bytes.ts';
export {
  chunkCount,
  chunkRange,
  contentIdFault,
  contentIdText,
  contentKey,
  EMPTY_CONTENT,
  parseContentId,
  sameContent,
} from './content-id.ts';
export type { ContentId } from './content-id.ts';
export {
  chunkHash,
  createRootBuilder,
  LAYER_GROUP_CHUNKS,
  layerGroups,
  layerProof,
  rootFromChunkHashes,
  verifyLayer,
} from './merkle.ts';
export type { LayerProof, RootBuilder, Sha256 } from './merkle.ts';
export { chunkMapFromBytes, chunkMapFromText, createChunkMap, fullChunkMap } from './chunk-map.ts';
export type { ChunkMap, ChunkRun } from './chunk-map.ts';
export {
  formatInviteLink,
  formatLink,
  formatResetLink,
  looksLikeLink,
  parseInviteLink,
  parseLink,
  parseResetLink,
  webUrlFault,
} from './link.ts';
export type { InviteLink, Link } from './link.ts';
export { namedSourcesFromText, namedSourcesText } from './named-sources.ts';
export type { NamedSource } from './named-sources.ts';
export { cutBytes, displayText, NAMELESS, safeFileName, safeRelativePath } from './names.ts';
export {
  extensionOf,
  isMediaType,
  MEDIA_TYPES,
  mediaTypeFromWire,
  mediaTypeOf,
  mediaTypeToWire,
} from './media-type.ts';
export type { MediaType } from './media-type.ts';
export {
  ACCESS_TOKEN_TYP,
  AUDIENCE,
  GRANTS,
  hasScope,
  isAudience,
  ROLES,
  SCOPES,
  scopesFor,
  validateClaims,
} from './claims.ts';
export type { AccessTokenClaims, Audience, Scope, ScopeRule } from './claims.ts';
export {
  isRevocationOver,
  MAX_REVOCATION_ENTRIES,
  REVOCATION_KINDS,
  REVOCATION_TYP,
  validateRevocationDelta,
} from './revocation.ts';
export type { RevocationDelta, RevocationEntry, RevocationKind } from './revocation.ts';
export { decodeEnvelope, encodeBody, encodeEnvelope, NO_TAGS } from './codec.ts';
export { errorFromMessage, messageFromError } from './error-message.ts';
export { RELATION, VISIBILITY } from './messages.ts';
export type {
  Address,
  AddressCheck,
  BadSource,
  Cancel,
  CheckReach,
  ChunkFetch,
  Correction,
  Credit,
  DecodedEnvelope,
  Draining,
  Envelope,
  EncodedBody,
  EnvelopeBody,
  ErrorMessage,
  FacetCount,
  FindSources,
  Hello,
  Hit,
  Hits,
  LinkState,
  MessageKind,
  Messages,
  Outgoing,
  OutgoingEnvelope,
  Publish,
  PublishAck,
  ReachChecked,
  Reachability,
  Reauth,
  ReauthDone,
  Refusal,
  Revocations,
  ScorePart,
  Search,
  SearchDone,
  SessionLimits,
  Source,
  Sources,
  Suggest,
  Suggestion,
  Suggestions,
  SupernodeAnswer,
  SupernodeRef,
  Tags,
  TermCount,
  TermWeight,
  UploadOffer,
  Welcome,
} from './messages.ts';
export {
  checkHours,
  checkScheduleRule,
  hoursText,
  LIMIT_WORDS,
  limitText,
  NO_LIMIT,
  parseBandwidth,
  parseHours,
  parseLimit,
  parseScheduleRule,
  scheduleRuleText,
} from './bandwidth-text.ts';
export { parseMemory } from './byte-text.ts';
export { csvLine } from './csv.ts';
export { evidenceFault, evidenceLink, evidenceOf, evidenceText } from './evidence.ts';
export { NO_VERSION, releaseNumber, softwareNumber, versionText } from './software-version.ts';
export { banOfStatus } from './ban-of-status.ts';
export { timeText, withMoments } from './time-text.ts';
export { WEEKDAYS } from './weekdays.ts';
export type { Weekday } from './weekdays.ts';
export { formatQueryTerm } from './query/format-term.ts';
export { QUERY_HELP } from './query/help.ts';
export type { QueryHelpRow } from './query/help.ts';
export { parseQuery } from './query/parse-query.ts';
export type {
  NumberField,
  ParsedQuery,
  QueryClause,
  QueryNote,
  QuerySpan,
  QueryTerm,
  TextField,
} from './query/types.ts';
export { fitRecord, publishBatches, publishedRecords } from './catalog.ts';
export type { CatalogRecord, PublishPlan } from './catalog.ts';
export { canonicalRecord, createFingerprint } from './fingerprint.ts';
export type { CatalogFingerprint } from './fingerprint.ts';
