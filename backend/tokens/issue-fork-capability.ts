/** The leave that a maintainer gave to a fork's files: to be stored and to start one run. Nobody holds its token. */
import type { Context } from '../context.ts';
import { newId } from '../contract/ids.ts';
import type { Operation } from '../contract/oauth.ts';
import { newToken } from '../contract/token-forms.ts';
import { hashToken } from './hash.ts';
import { requireWorker } from './permissions.ts';

/** Neither reads an artifact nor cancels: with `artifact:read` an earlier build would be offered. */
const OPERATIONS: Operation[] = ['artifact:create', 'run:create'];
const LIFETIME_MS = 60 * 60_000;

type Fork = { projectId: string; ciRunId: string; ciAttempt: number; maxBytes: number; maxArtifacts: number };

/** Returns the capability's id. */
export async function issueForkCapability(ctx: Context, fork: Fork): Promise<string> {
  requireWorker(ctx);
  const id = newId('capability', ctx.tenant.route);
  await ctx.db
    .insertInto('capabilities')
    .values({
      id,
      token_hash: hashToken(newToken('ci', ctx.tenant.route)),
      kind: 'ci',
      project_id: fork.projectId,
      parent_id: null,
      run_id: null,
      operations: OPERATIONS,
      key_thumbprint: null,
      // Apart from the CI run's own numbers: nothing that its workflow may be given counts as the same job.
      ci_run_id: `fork-${fork.ciRunId}`,
      ci_attempt: fork.ciAttempt,
      sealed_claims: null,
      max_bytes: fork.maxBytes,
      max_artifacts: fork.maxArtifacts,
      created_at: ctx.now(),
      expires_at: new Date(ctx.now().getTime() + LIFETIME_MS),
      revoked_at: null,
    })
    .execute();
  return id;
}
