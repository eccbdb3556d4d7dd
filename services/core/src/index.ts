// The one door of @banyan/core: pure state machines, no I/O, no clock, no randomness of their own.

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
export type {
  LeaseSnapshot,
  SlotAnswer,
  UploadLease,
  UploadQueue,
  UploadQueueInit,
  UploadQueueSnapshot,
  WaitingSnapshot,
} from './upload-queue/types.ts';
export { DEFAULT_PLANNER_OPTIONS } from './download-planner/options.ts';
export { createDownloadPlanner } from './download-planner/planner.ts';
