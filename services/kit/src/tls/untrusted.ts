/** Why a service was not believed to be who it is, in words for whoever asked it. */
import { BanyanError, displayText } from '@banyan/proto';

/** Codes of OpenSSL and Node that say "this certificate is not trusted". */
const UNTRUSTED = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH)/;
/** Names of a certificate that are shown: enough to see whose it is. */
const MAX_NAMES_CHARS = 200;

/**
 * The error for a certificate that the public authorities do not vouch for; undefined when `code` says something else.
 *
 * @param cause - the TLS error, whose `cert` names whom the certificate is for
 */
export function untrustedCertificate(url: URL, code: string, cause: unknown): BanyanError | undefined {
  if (!UNTRUSTED.test(code)) return undefined;
  const address = url.origin;
  return new BanyanError(
    'key_mismatch',
    `The certificate of ${address} ${fault(url.hostname, code, cause)}`,
    { cause, details: { address, reason: code } },
  );
}

function fault(hostname: string, code: string, cause: unknown): string {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return 'has expired, so nothing was sent to it. Its operator has to renew it. Is it fresh, then look at the clock of this machine.';
    case 'CERT_NOT_YET_VALID':
      return 'is not valid yet, so nothing was sent to it. Look at the clock of this machine, then ask its operator.';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH':
      return `is for ${namesOf(cause)}, not for ${hostname}, so nothing was sent to it. Use the network URL exactly as your operator gave it; if you did, its operator needs a certificate for that name.`;
    default:
      return (
        `is not trusted (${code}), so nothing was sent to it. Where a network has no public certificate, an invite link ` +
        'carries the pin of its key; an authority of your own is made known with NODE_EXTRA_CA_CERTS=ca.pem.'
      );
  }
}

function namesOf(cause: unknown): string {
  const names = (cause as { cert?: { subjectaltname?: unknown } } | null | undefined)?.cert?.subjectaltname;
  return typeof names === 'string' && names !== ''
    ? displayText(names.replace(/\b(DNS|IP Address):/g, ''), MAX_NAMES_CHARS)
    : 'another name';
}

/** The error for a service whose key is none of its pins. */
export function unpromisedKey(url: URL, cause: BanyanError): BanyanError {
  return new BanyanError(
    'key_mismatch',
    `${url.origin} does not have the key that this network's invite or its auth service promised, so nothing was sent to it. ` +
      'Somebody else may answer there, or its operator has replaced the key: ask for a new invite link.',
    { cause, details: { ...cause.details, address: url.origin } },
  );
}
