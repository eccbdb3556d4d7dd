import Type from 'typebox';
import type { StoreDurability } from './redis-durability.ts';

const DURABILITIES = ['replica', 'disk', 'unchecked'] as const satisfies readonly StoreDurability[];

/** Settings by which a service says what its store promises. */
export const STORE_SETTINGS = {
  storeDurability: Type.Optional(
    Type.Enum([...DURABILITIES], {
      description:
        'With Redis, what a change must have reached before it counts: replica: the disk of the primary and one replica; disk: the disk of the server; unchecked: as Redis is configured. Default: replica with a cluster, disk with one server.',
    }),
  ),
};
