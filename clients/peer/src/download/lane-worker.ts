/** The thread of one lane; see lane.ts. Loaded from dist/. */
import { createSecureContext } from 'node:tls';
import { parentPort, workerData } from 'node:worker_threads';
import { importDeviceKey, type Identity } from '@banyan/kit/tls';
import { createLane } from './lane.ts';
import { laneFiles } from './lane-files.ts';
import type { LaneCommand, LaneWorkerData } from './lane-messages.ts';
import { WriteMark } from './write-mark.ts';

const port = parentPort!;
const { certificate, writes } = workerData as LaneWorkerData;
const deviceKey = importDeviceKey(certificate.key);

/** The process's own certificate: sources look at its key alone, so a thread never needs a fresher one. */
const identity: Identity = {
  deviceId: deviceKey.deviceId,
  deviceKey,
  certificate,
  secureContext: createSecureContext({ ...certificate, minVersion: 'TLSv1.3' }),
  renewWhenDue: async () => false,
};
const lane = createLane({
  identity,
  post: (events) => port.postMessage(events),
  openFile: laneFiles(new WriteMark(writes)),
});

port.on('message', (commands: readonly LaneCommand[] | 'end') => {
  if (commands !== 'end') for (const command of commands) lane.handle(command);
  else void lane.close().finally(() => port.close());
});
