/** Networks of real processes for tests, and the people who mean them ill. */
export {
  runCommand,
  runTool,
  startCommand,
  type CommandInit,
  type Outcome,
  type RunningCommand,
} from './command.ts';
export { contentOf, fileDigest, seededBytes, sha256, writeSeeded } from './files.ts';
export { writeFilm, type FilmInit } from './film.ts';
export { stealSigningKey, type Forge } from './forge.ts';
export { AS_NEXT_VERSION, sessionsOfNext, type NextSession } from './next-version.ts';
export { freePort } from './free-ports.ts';
export { startImpostor, type Impostor } from './impostor.ts';
export { startMirror, type FolderMirror } from './mirror.ts';
export { startNginx, writeNginxConfig, type NginxFiles } from './nginx.ts';
export {
  BIN,
  CLEAN_ENV,
  ROOT,
  startProgram,
  type Program,
  type ProgramInit,
  type ProgramKind,
} from './program.ts';
export { startRogueSource, type Deed, type RogueSource, type RogueSourceInit } from './rogue-source.ts';
export { httpRole, peerRole, supernodeRole, type Role, type Verdict } from './roles.ts';
export { mountHangingDisk, type HangingDisk } from './hanging-disk.ts';
export { startSlowLine, type SlowLine } from './slow-line.ts';
export { startSpanReceiver, type ReceivedSpan, type SpanReceiver } from './span-receiver.ts';
export { createTestDevice, type TestDevice, type TestDeviceInit } from './test-device.ts';
export {
  startTestNetwork,
  type NewPeer,
  type TestNetwork,
  type TestNetworkInit,
  type TestTls,
} from './test-network.ts';
export { localApiToken, sharedContent, type TestPeer } from './test-peer.ts';
export { waitFor, type WaitInit } from './wait-for.ts';
export { WAVE_BYTES_PER_SECOND, writeWave } from './wave.ts';
