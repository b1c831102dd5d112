/** Tables that the dispatcher keeps beside runs and jobs: accounts, uploads, timings and secrets. */
import type { ArtifactKind, Framework } from '../contract/terms.ts';
import type { Sealed } from './tenant-tables.ts';

export interface DispatchTables {
  farm_accounts: {
    connection_id: string;
    full_at: Date;
    paused_until: Date | null;
    poll_at: Date | null;
    admit_at: Date | null;
  };
  farm_uploads: {
    id: string;
    connection_id: string;
    role: 'app' | 'tests';
    framework: Framework;
    kind: ArtifactKind;
    sha256: Buffer;
    is_leaving: boolean;
    external_id: string | null;
    expires_at: Date | null;
    created_at: Date;
  };
  job_uploads: { job_id: string; upload_id: string };
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
