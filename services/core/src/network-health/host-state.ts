import type { HostState, HostView } from '@banyan/proto';

/** How a supernode is, in one word. */
export function stateOf({ order, fault, child, load }: HostView): HostState {
  if (fault !== null) return 'faulty';
  if (order.role === 'promoting' || order.role === 'proving') return 'starting';
  if (load === undefined || child === 'failed') return 'silent';
  return order.role === 'draining' ? 'draining' : 'serving';
}
