/** How long a file is of which a Metalink does not say so: its mirrors know. */
import { Agent, interceptors, request } from 'undici';
import { BanyanError, displayText } from '@banyan/proto';
import { MAX_REDIRECTS } from '../download/index.ts';
import { MAX_PROBED_MIRRORS, PROBE_MS } from './limits.ts';

/**
 * Asks mirrors, one after the other, for the first byte; the answer says how many there are.
 *
 * @param name - of the file, for the error
 * @throws BanyanError `unreachable` when none says so, with what the last one answered
 */
export async function probeLength(name: string, mirrors: readonly string[]): Promise<number> {
  const agent = new Agent({ allowH2: false, connect: { timeout: PROBE_MS } });
  const dispatcher = agent.compose(interceptors.redirect({ maxRedirections: MAX_REDIRECTS }));
  let why = '';
  try {
    for (const mirror of mirrors.slice(0, MAX_PROBED_MIRRORS)) {
      try {
        const { statusCode, headers, body } = await request(mirror, {
          dispatcher,
          headers: { range: 'bytes=0-0', 'accept-encoding': 'identity' },
          signal: AbortSignal.timeout(PROBE_MS),
        });
        // A server without ranges begins to send all of it.
        body.on('error', () => undefined).destroy();
        const length = lengthOf(statusCode, headers);
        if (length !== undefined) return length;
        why = `${new URL(mirror).host} answered ${statusCode} without a length`;
      } catch (error) {
        const { code, name: kind } = error as NodeJS.ErrnoException;
        why = `${new URL(mirror).host} could not be asked (${displayText(code ?? kind, 40)})`;
      }
    }
  } finally {
    void agent.destroy();
  }
  throw new BanyanError(
    'unreachable',
    `The Metalink does not say how long “${displayText(name, 80)}” is (<size>), and no mirror did: ${why}. Try again later, or ask who made it.`,
  );
}

function lengthOf(
  status: number,
  headers: Record<string, string | string[] | undefined>,
): number | undefined {
  const whole = /^bytes 0-0\/(\d{1,16})$/.exec(String(headers['content-range'] ?? ''))?.[1];
  const text = status === 206 ? whole : status === 200 ? String(headers['content-length'] ?? '') : '';
  const length = Number(text);
  return text !== undefined && /^\d+$/.test(text) && Number.isSafeInteger(length) && length > 0
    ? length
    : undefined;
}
