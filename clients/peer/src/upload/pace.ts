/** The upload limit as one response meets it. */
import type { ServerResponse } from 'node:http';
import { BanyanError } from '@banyan/proto';
import type { Throttle } from '../bandwidth/throttle.ts';
import type { Pace } from './byte-stream.ts';

/** Makes the pace of a response; `transfer` names what shares a limit with it. */
export function createPace(throttle: Throttle, transfer: string, response: ServerResponse): Pace {
  return {
    take(bytes) {
      if (!throttle.isLimited) return bytes;
      return new Promise((resolve, reject) => {
        const onClose = (): void => {
          stopWaiting();
          reject(new BanyanError('source_closed', 'The downloader closed the connection.'));
        };
        const stopWaiting = throttle.want(transfer, bytes, (granted) => {
          response.off('close', onClose);
          resolve(granted);
        });
        response.once('close', onClose);
        if (response.destroyed || response.socket === null) onClose();
      });
    },
    giveBack(bytes) {
      throttle.charge(transfer, -bytes);
    },
  };
}
