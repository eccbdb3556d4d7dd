/** One call to each verifier role, with whatever token and key the caller likes: the answer is an error code, or 'ok'. */
import {
  AUDIENCE,
  errorFromBody,
  MAX_JSON_BODY_BYTES,
  toBanyanError,
  type Audience,
  type ErrorCode,
  type SupernodeEntry,
} from '@banyan/proto';
import { createDpopProof, createPinnedClient, pinnedWebSocket, type Identity } from '@banyan/kit';
import { SESSION_PATH, SESSION_SUBPROTOCOL } from '@banyan/sdk';

export type Verdict = ErrorCode | 'ok';

export interface Role {
  readonly name: 'auth' | 'list' | 'supernode' | 'peer';
  readonly audience: Audience;
  /** Presents `token`, proving the key of `identity`. */
  present(token: string, identity: Identity): Promise<Verdict>;
}

/** Auth or list: DPoP (RFC 9449). */
export function httpRole(name: 'auth' | 'list', url: string): Role {
  return {
    name,
    audience: AUDIENCE[name],
    async present(token, identity) {
      const dpop = await createDpopProof(identity.deviceKey, { method: 'GET', url, accessToken: token });
      const response = await fetch(url, { headers: { authorization: `DPoP ${token}`, dpop } });
      return verdict(response.status, await response.json());
    },
  };
}

/** A supernode: the certificate of the TLS connection is the proof. */
export function supernodeRole(entry: SupernodeEntry): Role {
  const [address] = entry.addresses;
  if (address === undefined) throw new Error(`${entry.name} has no address.`);
  return {
    name: 'supernode',
    audience: AUDIENCE.supernode,
    async present(token, identity) {
      try {
        const socket = await pinnedWebSocket({
          ...address,
          deviceId: entry.deviceId,
          identity,
          path: SESSION_PATH,
          protocols: [SESSION_SUBPROTOCOL],
          headers: { authorization: `Bearer ${token}` },
        });
        socket.terminate();
        return 'ok';
      } catch (error) {
        return toBanyanError(error).code;
      }
    },
  };
}

/** A peer that shares `content`: the certificate of the TLS connection is the proof. */
export function peerRole(deviceId: string, port: number, content: string): Role {
  return {
    name: 'peer',
    audience: AUDIENCE.peer,
    async present(token, identity) {
      const client = createPinnedClient({ host: '127.0.0.1', port, deviceId, identity });
      try {
        const { status, body } = await client.request(
          {
            method: 'GET',
            path: `/v1/content/${content}`,
            headers: { authorization: `Bearer ${token}`, range: 'bytes=0-0' },
          },
          { maxBytes: () => MAX_JSON_BODY_BYTES },
        );
        return verdict(status, status < 300 ? undefined : JSON.parse(body.toString()));
      } finally {
        client.close();
      }
    },
  };
}

function verdict(status: number, body: unknown): Verdict {
  return status >= 200 && status < 300 ? 'ok' : errorFromBody(body).code;
}
