/** What tests of several workspaces share: real servers, and what modules load. A door of its own, so that no process loads it. */
export { SKIP_REDIS, startRedis, type RedisServer, type RedisServerInit } from './redis-server.ts';
export { startRedisCluster, type RedisCluster, type RedisClusterInit } from './redis-cluster.ts';
export { staticImports } from './static-imports.ts';
export {
  createTestBrowser,
  startOidcProvider,
  type BrowsedPage,
  type OidcProvider,
  type OidcProviderInit,
  type People,
  type TestBrowser,
} from './oidc-provider.ts';
export { createAuthority, type Authority, type Issued, type IssueInit } from './authority.ts';
