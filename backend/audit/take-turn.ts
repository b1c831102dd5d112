/** One process at a time: a lock that is over with its transaction, or with the process. */
import { sql } from 'kysely';
import type { TenantTransaction } from '../db/port.ts';

/** @returns false when another has the turn */
export async function takeTurn(tx: TenantTransaction, name: string): Promise<boolean> {
  const { rows } = await sql<{ taken: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as taken`.execute(tx);
  return rows[0]?.taken ?? false;
}
