/** What tests of several workspaces share: real servers. A door of its own, so that no process loads it. */
export { SKIP_REDIS, startRedis, type RedisServer, type RedisServerInit } from './redis-server.ts';
export { startRedisCluster, type RedisCluster, type RedisClusterInit } from './redis-cluster.ts';
