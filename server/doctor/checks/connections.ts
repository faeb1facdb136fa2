import { nodesAlive, serverFacts } from '@/db/queries/inspection';
import { MOST_CONNECTIONS } from '@/server/pools';
import type { DatabaseCheck } from '../check';
import { type Finding, fail, ok, warn } from '../finding';

/** Whether the database takes as many connections as the nodes may open. */
export const connections: DatabaseCheck = {
  name: 'connections',
  look: async ({ db, sql }) => {
    const { maxConnections, reserved } = await serverFacts(db);
    const [there] = await sql<{ node: boolean }[]>`select to_regclass('node') is not null as node`;
    const nodes = there?.node ? await nodesAlive(db) : 0;
    return [connectionsFound(maxConnections - reserved, Math.max(1, nodes))];
  },
};

export function connectionsFound(free: number, nodes: number): Finding {
  const need = nodes * MOST_CONNECTIONS;
  const found = `${nodes} ${nodes === 1 ? 'node needs' : 'nodes need'} up to ${need} connections, the database takes ${free}`;
  const remedy = 'Raise max_connections, and restart the database';
  if (free < need) return fail(found, 'Starts and statements fail when all are at work', remedy);
  if (free < need + MOST_CONNECTIONS)
    return warn(found, 'There is no room for another node, nor for anybody else', remedy);
  return ok(found);
}
