// The one door of @banyan/core: pure state machines, no I/O, no clock, no randomness of their own.

export type {
  BundleEnd,
  BundleFault,
  BundleOffer,
  BundleOptions,
  BundlePlanner,
} from './bundle-planner/types.ts';
export type {
  AbortReason,
  ChunkRun,
  ChunkState,
  DownloadPlanner,
  DownloadPlannerInit,
  Evidence,
  PlannerAction,
  PlannerEvent,
  PlannerOptions,
  PlannerSnapshot,
  ReadonlyChunkSet,
  SourceSnapshot,
  SourceState,
} from './download-planner/types.ts';
export type { CourtAction, CourtEvent, PieceCourt, PieceCourtInit } from './download-proof/types.ts';
export type {
  LeaseSnapshot,
  SlotAnswer,
  UploadLease,
  UploadQueue,
  UploadQueueInit,
  UploadQueueSnapshot,
  WaitingSnapshot,
} from './upload-queue/types.ts';
export type { Pacer, PacerGrant, Rates } from './bandwidth/types.ts';
export { createPacer } from './bandwidth/pacer.ts';
export { scheduleAt } from './bandwidth/schedule.ts';
export type { OffsetAt, ScheduleState } from './bandwidth/schedule.ts';
export { compareTurns, moveInLine, outranks } from './download-line/line.ts';
export type { LineMove, LinePlace } from './download-line/line.ts';
export { createBundlePlanner, DEFAULT_BUNDLE_OPTIONS } from './bundle-planner/bundle-planner.ts';
export { DEFAULT_PLANNER_OPTIONS } from './download-planner/options.ts';
export { createDownloadPlanner } from './download-planner/planner.ts';
export { createPieceCourt } from './download-proof/piece-court.ts';
export { createUploadQueue } from './upload-queue/upload-queue.ts';
export type {
  CatalogBatch,
  IndexAnswer,
  IndexCorrection,
  IndexLimits,
  IndexQuery,
  IndexStats,
  IndexTables,
  IndexSuggestion,
  LeafHandle,
  PublishResult,
  RecordRefusal,
  RecordTags,
  SearchIndex,
  SearchIndexInit,
  SourceQuery,
  Viewer,
} from './search-index/types.ts';
export { createSearchIndex, SLICE_RECORDS } from './search-index/search-index.ts';
export { firstCursor } from './search-index/cursor.ts';
export { facetsOf } from './search-index/facets.ts';
export { correctionEdits } from './search-index/plausible-correction.ts';
export { compareHits, createHitMerger, mergeHits } from './search-index/merge.ts';
export type { HitMerger } from './search-index/merge.ts';
export { fold, indexTerms, queryWords } from './search-index/text.ts';
export type { QueryWord, TextTerms } from './search-index/text.ts';
export type {
  FailoverStep,
  HomeChoice,
  Membership,
  MembershipDelta,
  MembershipInit,
  PickInit,
  ProbeAnswer,
  SupernodeCandidate,
} from './selection/types.ts';
export { isAvailable, pickSupernodes, spareWeight } from './selection/pick-supernodes.ts';
export { chooseHome, failoverPlan } from './selection/choose-home.ts';
export { createRendezvous, owners } from './selection/rendezvous.ts';
export type { Rendezvous } from './selection/rendezvous.ts';
export { createMembership } from './selection/membership.ts';
export type {
  Author,
  Candidate,
  Criterion,
  Declared,
  HostChange,
  HostEvent,
  HostRecord,
  HostRole,
  HostStep,
  Judgement,
  Measured,
  Origin,
  PolicyDecision,
  PolicyHost,
  PolicyView,
} from './promotion/types.ts';
export { isFailing, judge } from './promotion/criteria.ts';
export { isToServe, mayBeHandedOut, newHost, stepHost } from './promotion/host.ts';
export { planPolicy } from './promotion/policy.ts';
