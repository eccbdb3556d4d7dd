/** Keys by name: what devices are called, and what services are pinned by. */
import Type from 'typebox';

/** RFC 7638 SHA-256 thumbprint of a P-256 key, base64url: a device id, or a pin. */
export const KeyThumbprint = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });

/** Path parameters of calls about one device. */
export const DeviceParams = Type.Object({ deviceId: KeyThumbprint });
