/** Connection pools, small and closing when idle. */
import { types as builtin, Pool, type PoolConfig } from 'pg';

const BIGINT = 20;

/** Sizes and counts stay far below 2^53, so bigint columns are numbers here. */
const types: PoolConfig['types'] = {
  getTypeParser: (oid, format) =>
    oid === BIGINT && format !== 'binary' ? (text: string) => Number(text) : builtin.getTypeParser(oid, format),
};

export function openPool(config: PoolConfig & { max: number }): Pool {
  const pool = new Pool({
    types,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 10_000,
    allowExitOnIdle: true,
    ...config,
  });
  // A connection that the server ends fails its query, or is replaced by the next one; an error event without a listener
  // would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
