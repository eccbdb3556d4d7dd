/** The door of @banyan/supernode-list; the process is main.ts. */
export { createListService } from './service.ts';
export type { ListService, ListServiceComponents } from './service.ts';
export { LIST_STORE } from './registry.ts';
export { ListConfig } from './config.ts';
