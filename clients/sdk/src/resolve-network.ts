/** Reads what a person gave as "the network": a URL, or an invite link that also carries pins and code. */
import { BanyanError, parseInviteLink } from '@banyan/proto';

export interface ResolvedNetwork {
  readonly issuer: string;
  /** Pins of the issuer's TLS key; empty: none were given. */
  readonly pins: readonly string[];
  /** Code of the invite. */
  readonly code: string | undefined;
}

/**
 * @param network - URL of the auth service or an invite link
 * @param invite - invite link or bare code given apart; its code wins
 * @throws BanyanError `link_invalid`, `invalid_config`
 */
export function resolveNetwork(network: string, invite?: string): ResolvedNetwork {
  const fromLink = (text: string): ResolvedNetwork => {
    const link = parseInviteLink(text);
    return { issuer: link.issuer, pins: link.pins, code: link.code };
  };
  const isLink = (text: string): boolean => text.startsWith('banyan-invite:');
  if (isLink(network))
    return {
      ...fromLink(network),
      ...(invite === undefined ? {} : { code: isLink(invite) ? fromLink(invite).code : invite }),
    };
  if (!URL.canParse(network) || !/^https?:$/.test(new URL(network).protocol)) {
    throw new BanyanError(
      'invalid_config',
      `"${network}" is no network. Give the URL of its auth service (https://auth.example.org) or an invite link.`,
    );
  }
  if (invite !== undefined && isLink(invite)) {
    const link = fromLink(invite);
    if (new URL(link.issuer).href !== new URL(network).href) {
      throw new BanyanError(
        'invalid_config',
        `The invite is for ${link.issuer}, not for ${network}. Use the invite alone.`,
      );
    }
    return link;
  }
  return { issuer: network, pins: [], code: invite };
}
