/**
 * A quarter of the machine's memory: twenty million records on one of 24 GiB. Sessions (some 55 KiB for each leaf), answers
 * under way and the system need room beside it, and a peer or a second supernode may live on the same machine.
 */
const INDEX_SHARE = 1 / 4;

/**
 * Memory that the index may take when nobody says how much, in bytes.
 *
 * @param machine - memory of the machine
 * @param constrained - what the process may use of it (a container's limit), as Node tells it; 0 or more than the
 *   machine has: all
 */
export function defaultIndexBytes(machine: number, constrained: number): number {
  const usable = constrained > 0 ? Math.min(machine, constrained) : machine;
  return Math.floor(usable * INDEX_SHARE);
}
