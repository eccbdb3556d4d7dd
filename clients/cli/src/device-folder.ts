/** What a folder looks like that holds a device: a peer's, or an operator's. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The device's key. */
export const DEVICE_KEY_FILE = 'device-key.pem';

/** Whether a folder is that of a device. */
export function isDeviceFolder(folder: string): boolean {
  return existsSync(join(folder, DEVICE_KEY_FILE));
}
