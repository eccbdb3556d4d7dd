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
  ChunkCells,
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
export { UploadMeter } from './upload-offer/upload-meter.ts';
export type { UploadFlow } from './upload-offer/upload-meter.ts';
export {
  boundedOffer,
  expectedRate,
  isAllBusy,
  isOfferNews,
  uploadOffer,
} from './upload-offer/upload-offer.ts';
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
export { createNameFilter } from './search-index/name-filter.ts';
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
export { drainEndsAt, isCut, isToServe, mayBeHandedOut, newHost, stepHost } from './promotion/host.ts';
export { planPolicy, supernodesLacking } from './promotion/policy.ts';
export { createRest, type Rest } from './promotion/rest.ts';
export {
  candidateRows,
  detailsOf,
  glanceOf,
  mapOf,
  stateOf,
  supernodeRows,
} from './network-health/network-health.ts';
export { compareNames, createWordFilter } from './network-health/rows.ts';
export { createAnswerWindow, type AnswerWindow } from './network-health/answers.ts';
export { seededRandom } from './load-model/random.ts';
export type { Random } from './load-model/random.ts';
export { exponential } from './load-model/distributions.ts';
export { arrivals, createTimeline, TRACKS } from './load-model/timeline.ts';
export type { Timeline, TimelineStage, Track, TrackName } from './load-model/timeline.ts';
export { createContents, recordOf } from './load-model/contents.ts';
export { createSyntheticBytes } from './load-model/synthetic-bytes.ts';
export type { SyntheticBytes } from './load-model/synthetic-bytes.ts';
export type { Contents, ContentsInit, SyntheticContent } from './load-model/contents.ts';
export {
  createWishes,
  drawSessionMs,
  FIELD_SESSION_MS,
  isLying,
  leafProfile,
  PERSONAS,
} from './load-model/population.ts';
export type { LeafProfile, Persona, PopulationInit, Wishes } from './load-model/population.ts';
export {
  isShareOfOne,
  judgeThreshold,
  OPERATIONS,
  parseThreshold,
  STATISTICS,
  ThresholdError,
} from './load-model/thresholds.ts';
export type {
  Operation,
  RunFigures,
  RunTotal,
  Statistic,
  Threshold,
  ThresholdResult,
} from './load-model/thresholds.ts';
export { memoryGrowth } from './load-model/memory-growth.ts';
export { compareFigure, countSample, shareSample } from './load-model/compare.ts';
export type { Comparable, Compared, Sample } from './load-model/compare.ts';
