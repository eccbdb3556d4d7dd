import { isDeviceId } from './bytes.ts';
import { BanyanError } from './errors.ts';
import { MAX_NAMED_SOURCES } from './limits.ts';

/** A device that has a content, and where it answered whoever names it. */
export interface NamedSource {
  readonly deviceId: string;
  /** An IP address, without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Longest entry: a device id, an IPv6 address in brackets, a port, and what stands between. */
const MAX_ENTRY_CHARS = 43 + 1 + 47 + 1 + 5 + 2;
/** As what is sent; whether the host is an address is for whoever would dial it. */
const ENTRY = /^([A-Za-z0-9_-]{43}) (?:\[([0-9A-Fa-f:.]{2,45})\]|([0-9.]{7,15})):(\d{1,5})$/;

/** Text of the header `Banyan-Sources`: `<device id> <host>:<port>, …`; the first {@link MAX_NAMED_SOURCES} of them. */
export function namedSourcesText(sources: readonly NamedSource[]): string {
  return sources
    .slice(0, MAX_NAMED_SOURCES)
    .map(({ deviceId, host, port }) => `${deviceId} ${host.includes(':') ? `[${host}]` : host}:${port}`)
    .join(', ');
}

/**
 * Reads such a text. What it says is a claim.
 *
 * @throws BanyanError `invalid_request` when it is not of this form, `limit_exceeded` when it names too many
 */
export function namedSourcesFromText(text: string): NamedSource[] {
  if (text.length > MAX_NAMED_SOURCES * MAX_ENTRY_CHARS)
    throw new BanyanError('limit_exceeded', `At most ${MAX_NAMED_SOURCES} sources are named at once.`);
  const entries = text.trim() === '' ? [] : text.split(',');
  if (entries.length > MAX_NAMED_SOURCES)
    throw new BanyanError('limit_exceeded', `At most ${MAX_NAMED_SOURCES} sources are named at once.`);
  return entries.map((entry) => {
    const [, deviceId = '', v6, v4, digits] = ENTRY.exec(entry.trim()) ?? [];
    const host = v6 ?? v4;
    const port = Number(digits);
    if (host === undefined || !isDeviceId(deviceId) || !(port >= 1 && port <= 65535))
      throw new BanyanError('invalid_request', 'A list of sources is not of the form "device host:port, …".');
    return { deviceId, host, port };
  });
}
