/**
 * The two ports of a peer that others, or its owner's browser, know it by. One that was set is that one or an error; one that
 * nobody set gives way to what is there already, say a network of one's own on this machine, and is kept from then on.
 *
 * ```
 *   set ─────────────────────────────▶ that one
 *   not set: kept, else the default ─▶ taken? ─▶ the default and the next ones ─▶ any free one
 * ```
 */
import { createServer, type Server } from 'node:net';
import { listenOn, type Log, type Startable } from '@banyan/kit';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { readJsonFile, writePrivateFile } from './private-file.ts';

/** `transfers`: where other peers fetch; `page`: page and local API. */
type Use = 'transfers' | 'page';

/** Where a peer is when nobody says otherwise. */
export const DEFAULT_PORTS: Readonly<Record<Use, number>> = { transfers: 7740, page: 7780 };

/** Enough for the three peers of a local network and some more; further away a number is as good as any. */
const NEXT_PORTS = 9;

const SETTING: Readonly<Record<Use, string>> = { transfers: '--port', page: '--page-port' };

const Port = Type.Integer({ minimum: 1, maximum: 65_535 });
const Kept = Type.Object({ transfers: Type.Optional(Port), page: Type.Optional(Port) });
type Kept = Static<typeof Kept>;

export interface OwnPortsInit {
  /** Where chosen ports are kept. */
  readonly file: string;
  /** Where transfers are served. */
  readonly host: string;
  /** What this start sets; 0: any free one, which is not kept. */
  readonly given: Readonly<Partial<Record<Use, number>>>;
}

/** A port that another program had, and what is used instead. */
export interface MovedPort {
  readonly use: Use;
  readonly wanted: number;
  readonly port: number;
}

/** What a server of this peer is to listen on. */
interface PortChoice {
  readonly port: number;
  readonly portSetting?: string;
  readonly otherPorts?: readonly number[];
}

/** As a part it takes the port of transfers at its start, and holds it until they are served. */
export interface OwnPorts extends Startable {
  readonly transfers: number;
  readonly page: PortChoice;
  /** Lets go of the port of transfers, for a server that listens on it at once. */
  releaseTransfers(): Promise<PortChoice>;
  /**
   * Says what a server got. One that is not set, and is another than before, is kept.
   *
   * @throws BanyanError `disk_full`, `disk_failed`
   */
  keep(use: Use, port: number): Promise<void>;
  /** At this start. */
  readonly moved: readonly MovedPort[];
}

export async function openOwnPorts(components: { readonly log: Log }, init: OwnPortsInit): Promise<OwnPorts> {
  const { log } = components;
  const { host, given } = init;
  const held = await readJsonFile(init.file);
  let kept: Kept = Value.Check(Kept, held) ? held : {};
  const wanted = {
    transfers: given.transfers ?? kept.transfers ?? DEFAULT_PORTS.transfers,
    page: given.page ?? kept.page ?? DEFAULT_PORTS.page,
  };
  let transfers = wanted.transfers;
  const moved = new Map<Use, MovedPort>();
  let holder: Server | undefined;

  const choice = (use: Use, port: number): PortChoice =>
    given[use] === undefined
      ? { port, otherPorts: [...nextPorts(DEFAULT_PORTS[use]), 0].filter((other) => other !== port) }
      : { port, portSetting: SETTING[use] };

  const keep = async (use: Use, port: number): Promise<void> => {
    if (given[use] !== undefined || port === (kept[use] ?? DEFAULT_PORTS[use])) return;
    const next = { ...kept, [use]: port };
    await writePrivateFile(init.file, `${JSON.stringify(next)}\n`);
    kept = next;
    moved.set(use, { use, wanted: wanted[use], port });
    log.info(
      { use, wanted: wanted[use], port },
      `port ${wanted[use]} is taken: ${port} is used instead, from now on`,
    );
  };

  const release = async (): Promise<void> => {
    const server = holder;
    holder = undefined;
    if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()));
  };

  return {
    name: 'own ports',
    async start() {
      // Nothing is served yet: who comes is sent away, and comes again.
      const server = createServer((socket) => socket.destroy());
      const { portSetting: setting, ...ports } = choice('transfers', wanted.transfers);
      transfers = await listenOn(server, { host, ...ports, ...(setting === undefined ? {} : { setting }) });
      holder = server;
      await keep('transfers', transfers);
    },
    stop: release,
    get transfers() {
      return transfers;
    },
    page: choice('page', wanted.page),
    async releaseTransfers() {
      await release();
      return choice('transfers', transfers);
    },
    keep,
    get moved() {
      return [...moved.values()];
    },
  };
}

function nextPorts(first: number): number[] {
  return Array.from({ length: NEXT_PORTS + 1 }, (_, i) => first + i);
}
