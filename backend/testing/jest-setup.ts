/** What Jest does before all tests. */
import { startTestPostgres } from './postgres.ts';

export default async function setup(): Promise<void> {
  const stop = await startTestPostgres();
  (globalThis as { stopTestPostgres?: () => Promise<void> }).stopTestPostgres = stop;
}
