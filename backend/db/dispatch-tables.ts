/** Tables that the dispatcher keeps beside runs and jobs: accounts, timings and secrets. */
import type { Sealed } from './tenant-tables.ts';

export interface DispatchTables {
  farm_accounts: {
    connection_id: string;
    full_at: Date;
    paused_until: Date | null;
    poll_at: Date | null;
    admit_at: Date | null;
  };
  secrets: {
    id: string;
    project_id: string;
    name_digest: Buffer;
    sealed_secret: Sealed;
    created_at: Date;
    changed_at: Date;
  };
  test_timings: {
    project_id: string;
    name_digest: Buffer;
    test_key: Buffer;
    mean_ms: number | null;
    seen_at: Date;
  };
  run_secrets: {
    run_id: string;
    sealed_values: Sealed;
  };
}
