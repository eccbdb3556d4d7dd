/** The thread of one lane; see lane.ts. Loaded from dist/. */
import { parentPort, workerData } from 'node:worker_threads';
import { createIdentity, importDeviceKey } from '@banyan/kit/tls';
import { createLane } from './lane.ts';
import type { LaneCommand, LaneWorkerData } from './lane-messages.ts';

const port = parentPort!;
const { deviceKey } = workerData as LaneWorkerData;
const lane = createLane({
  identity: await createIdentity(importDeviceKey(deviceKey)),
  post: (events) => port.postMessage(events),
});

port.on('message', (command: LaneCommand | { readonly type: 'end' }) => {
  if (command.type !== 'end') lane.handle(command);
  else void lane.close().finally(() => port.close());
});
