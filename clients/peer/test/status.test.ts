import { describe, expect, it } from '@jest/globals';
import type { DownloadState, DownloadView } from '@banyan/proto';
import { peerStatus, type StatusSources } from '../src/status.ts';

function statusWith(states: readonly DownloadState[]) {
  const downloads = states.map((state) => ({ state, bytesPerSecond: 1 }) as DownloadView);
  const nothing = { files: 0, bytes: 0, hashing: null, errors: 0 };
  return peerStatus({
    name: 'alice',
    deviceId: 'a',
    startedAt: 0,
    downloadFolder: '/d',
    downloadsShared: true,
    link: () => ({ account: null }) as unknown as ReturnType<StatusSources['link']>,
    library: () => nothing as unknown as ReturnType<StatusSources['library']>,
    pace: () => ({ paused: false, gentle: false }),
    downloads: () => downloads,
    uploads: () => [],
    limits: () => ({}) as ReturnType<StatusSources['limits']>,
  });
}

describe('the status of a peer', () => {
  it('counts what could be paused and what could be resumed', () => {
    const { transfers } = statusWith([
      ...(['queued', 'finding', 'downloading', 'waiting', 'paused'] as const),
      ...(['finishing', 'done', 'failed'] as const),
    ]);
    expect(transfers).toMatchObject({ downloading: 3, pausable: 4, resumable: 1 });
    expect(statusWith(['done', 'failed', 'finishing']).transfers).toMatchObject({
      pausable: 0,
      resumable: 0,
    });
  });
});
