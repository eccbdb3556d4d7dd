/** Why a source waits or was dropped, with what was measured, in words for people. */
import type { Evidence } from '@banyan/core';
import { displayText, ERROR_TABLE, type ErrorCode } from '@banyan/proto';

const MAX_SAID_CHARS = 200;

/** One sentence; `said` of the other side is cleaned and cut. */
export function describeFault(code: ErrorCode, evidence: Evidence = {}): string {
  const said = evidence.message === undefined ? undefined : displayText(evidence.message, MAX_SAID_CHARS);
  switch (code) {
    case 'bad_chunk':
      return `Wrong bytes${evidence.chunk === undefined ? '' : ` in chunk ${evidence.chunk}`}: they do not match their proof.`;
    case 'bad_proof':
      return 'Its chunk hashes do not lead to the root of the content.';
    case 'source_stalled':
      return evidence.silentMs === undefined
        ? ERROR_TABLE.source_stalled.sentence
        : `It sent nothing for ${seconds(evidence.silentMs)}.`;
    case 'source_slow':
      return evidence.rate === undefined || evidence.median === undefined
        ? ERROR_TABLE.source_slow.sentence
        : `Too slow: ${rate(evidence.rate)}, the others' median is ${rate(evidence.median)}.`;
    case 'no_slot':
      return evidence.queuePosition === undefined
        ? 'All its upload slots are taken.'
        : `All its upload slots are taken: we are number ${evidence.queuePosition} in its queue.`;
    case 'file_changed':
      return evidence.chunk === undefined || said !== undefined
        ? (said ?? ERROR_TABLE.file_changed.sentence)
        : `Its file changed while it was fetched: chunk ${evidence.chunk} is another now.`;
    case 'source_closed':
      return said ?? ERROR_TABLE.source_closed.sentence;
    default:
      return said ?? ERROR_TABLE[code].sentence;
  }
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

function rate(bytesPerSecond: number): string {
  return `${sizeText(bytesPerSecond)}/s`;
}

/** Bytes as people read them: `36.1 MB`. */
export function sizeText(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`;
  if (bytes >= 1e3) return `${Math.round(bytes / 1e3)} kB`;
  return `${Math.round(bytes)} B`;
}
