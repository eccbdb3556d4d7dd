/** A worker on another machine, through the agent there. */
import { BanyanError, toBanyanError } from '@banyan/proto';
import { createDeviceKey, createIdentity, pinnedWebSocket, systemClock } from '@banyan/kit';
import type { AgentLink } from '../agent/agent-link.ts';
import {
  AGENT_PATH,
  AGENT_PROTOCOL,
  atCoordinator,
  MAX_AGENT_FRAME_BYTES,
  toAgent,
} from '../agent/agent-messages.ts';
import type { WorkerEvents, WorkerLine } from './worker-process.ts';

/**
 * Has an agent start a worker.
 *
 * @throws BanyanError `unreachable`, `key_mismatch` (another key than that of the link), `unauthenticated`, `full`
 */
export async function startRemoteWorker(
  { host, port, deviceId, token }: AgentLink,
  { onMessage, onEnd }: WorkerEvents,
  signal: AbortSignal,
): Promise<WorkerLine> {
  const socket = await pinnedWebSocket({
    host,
    port,
    deviceId,
    // The agent asks for a token, not for who we are.
    identity: await createIdentity(createDeviceKey(), { clock: systemClock }),
    path: AGENT_PATH,
    protocols: [AGENT_PROTOCOL],
    headers: { authorization: `Bearer ${token}` },
    maxPayload: MAX_AGENT_FRAME_BYTES,
    signal,
  });
  socket.on('error', () => socket.terminate());
  socket.once('close', () =>
    onEnd(
      new BanyanError(
        'source_closed',
        `The load agent at ${host}:${port} went away in the middle of the run.`,
      ),
    ),
  );
  socket.on('message', (data: Buffer) => {
    try {
      onMessage(atCoordinator(data.toString('utf8')));
    } catch (error) {
      onEnd(toBanyanError(error));
      socket.terminate();
    }
  });
  return {
    send(message) {
      if (socket.readyState === socket.OPEN) socket.send(toAgent(message, systemClock.now()));
    },
    kill: () => socket.terminate(),
  };
}
