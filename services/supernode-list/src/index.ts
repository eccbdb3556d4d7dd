/** The door of @banyan/supernode-list; the process is main.ts. */
export { createListService } from './service.ts';
export type { ListService, ListServiceComponents } from './service.ts';
export { ListConfig } from './config.ts';
