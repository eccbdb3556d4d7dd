/** How an agent is named to a coordinator: where it listens, which key answers there, and the token that it asks for. */
import { BanyanError } from '@banyan/proto';

export interface AgentLink {
  readonly host: string;
  readonly port: number;
  /** Thumbprint of the agent's key. */
  readonly deviceId: string;
  readonly token: string;
}

const PATTERN =
  /^banyan-load-agent:\/\/(\[[\da-f:.]{2,45}\]|[\w.-]{1,253}):(\d{1,5})\/([\w-]{43})#([\w-]{43})$/i;

export function agentLinkText({ host, port, deviceId, token }: AgentLink): string {
  return `banyan-load-agent://${host.includes(':') ? `[${host}]` : host}:${port}/${deviceId}#${token}`;
}

/** @throws BanyanError `invalid_config` */
export function parseAgentLink(text: string): AgentLink {
  const [, host = '', port = '', deviceId = '', token = ''] = PATTERN.exec(text) ?? [];
  const number = Number(port);
  if (host === '' || number < 1 || number > 65_535)
    throw new BanyanError(
      'invalid_config',
      'This is no link of a load agent. `banyan load agent` prints one; it begins with banyan-load-agent://.',
    );
  return { host: host.replace(/^\[|\]$/g, ''), port: number, deviceId, token };
}
