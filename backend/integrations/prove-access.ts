/**
 * An admin proves with their own account at the code host that they run a project's repository: there, back, and a last
 * question. Who comes back must be who left, so that nobody's account proves for somebody else by following a link.
 */
import { createHash } from 'node:crypto';
import { appendAudit } from '../audit/append.ts';
import { type AccessProofs, CodeHostError, type ProvenAccess } from '../codehosts/port.ts';
import type { Context, SystemContext } from '../context.ts';
import { randomBase62 } from '../contract/base62.ts';
import { DevicelaneError, notFound } from '../errors.ts';
import { openPersonEmail } from '../people/read.ts';
import { openProjectSettings, requireProject } from '../tenants/read.ts';
import { requirePerson } from '../tokens/permissions.ts';
import { bindProject } from './bind-project.ts';
import { connectInstallation } from './connect-installation.ts';

/** How long the way there and back may take. */
const LIFETIME_MS = 10 * 60_000;
/** Base 62 characters: over 250 bits. */
const STATE_LENGTH = 43;

type Proofs = AccessProofs | null;
/** What the person is asked before anything is bound. */
export type BindQuestion = { state: string; project: string; repository: string; login: string; email: string };

const hashState = (state: string): Buffer => createHash('sha256').update(state).digest();
/** Known to this server alone: the way back needs it beside the state, which lies in a URL. */
const verifierOf = async (ctx: Context, state: string): Promise<string> =>
  (await ctx.keys.digest('access-proof', state)).toString('base64url');
const redirectUrlOf = (ctx: Context): string => `${ctx.publicUrl}/connect/github`;

/**
 * Where the person's browser goes.
 * @throws DevicelaneError `forbidden`, `not_found`, `conflict` when it is bound already, `unsupported`
 */
export async function startProof({
  ctx,
  proofs,
  input,
}: {
  ctx: Context;
  proofs: Proofs;
  input: { projectId: string };
}): Promise<{ url: string }> {
  const person = requirePerson(ctx);
  const { projectId } = input;
  requireProject(ctx, projectId);
  const project = await ctx.db.selectFrom('projects').selectAll().where('id', '=', projectId).executeTakeFirst();
  if (!project) throw notFound();
  if (project.bound_owner_id === project.owner_id) {
    throw new DevicelaneError('conflict', 'The project is bound to its repository already.');
  }
  if (proofs?.issuer !== project.issuer) {
    throw new DevicelaneError(
      'unsupported',
      'Access to this repository cannot be proven here: the operator approves it with `project approve`.',
    );
  }
  const state = randomBase62(STATE_LENGTH);
  const started = {
    state_hash: hashState(state),
    expires_at: new Date(ctx.now().getTime() + LIFETIME_MS),
    account_id: null,
    owner_id: null,
    installation_id: null,
  };
  await ctx.write(async ({ tx }) => {
    await tx
      .insertInto('access_proofs')
      .values({ ...started, project_id: projectId, person_id: person.id })
      .onConflict((conflict) => conflict.columns(['person_id', 'project_id']).doUpdateSet(started))
      .execute();
    await appendAudit(ctx, tx, { code: 'project.proof_started', object: projectId });
  });
  const verifier = await verifierOf(ctx, state);
  return { url: proofs.signInUrl({ state, redirectUrl: redirectUrlOf(ctx), verifier }) };
}

/** @throws DevicelaneError `not_found` for another's, a used or an expired state; `forbidden` when access is not proven */
export async function finishProof({
  ctx,
  proofs,
  input,
}: {
  ctx: Context;
  proofs: Proofs;
  input: { state: string; code: string | undefined };
}): Promise<BindQuestion> {
  const person = requirePerson(ctx);
  const { state, code } = input;
  const { project } = await findProof(ctx, person.id, state);
  requireProject(ctx, project.id);
  if (!proofs) throw notFound();
  if (code === undefined) throw new DevicelaneError('forbidden', 'GitHub was not allowed to say who you are.');
  const found = await ask(proofs, {
    code,
    redirectUrl: redirectUrlOf(ctx),
    verifier: await verifierOf(ctx, state),
    ownerId: project.owner_id,
    repositoryId: project.repository_id,
  });
  await ctx.write(async ({ tx }) => {
    const outcome = found ? 'allowed' : 'denied';
    await appendAudit(ctx, tx, { code: 'project.access_shown', outcome, object: project.id });
    if (!found) return;
    await tx
      .updateTable('access_proofs')
      .set({ account_id: found.account.id, owner_id: found.ownerId, installation_id: found.installationId })
      .where('state_hash', '=', hashState(state))
      .execute();
  });
  if (!found) {
    throw new DevicelaneError(
      'forbidden',
      'Your account does not administer or maintain a repository of these numbers on which the GitHub App is installed.',
    );
  }
  const { name } = await openProjectSettings(ctx, project.id);
  const email = await openPersonEmail(ctx, person.id);
  return { state, project: name, repository: found.repository, login: found.account.login, email };
}

/** @throws DevicelaneError `not_found`, `conflict` when the repository is bound to another project */
export async function bindProven({
  ctx,
  system,
  proofs,
  input,
}: {
  ctx: Context;
  system: SystemContext;
  proofs: Proofs;
  input: { state: string };
}): Promise<void> {
  const person = requirePerson(ctx);
  const { proof, project } = await findProof(ctx, person.id, input.state);
  requireProject(ctx, project.id);
  const { account_id: accountId, owner_id: ownerId, installation_id: installationId } = proof;
  if (!proofs || accountId === null || ownerId === null || installationId === null) throw notFound();
  await bindProject(ctx, system, project, { by: 'account', ownerId, accountId, installationId });
  await connectInstallation(ctx, project.issuer, installationId);
  await ctx.db.deleteFrom('access_proofs').where('state_hash', '=', proof.state_hash).execute();
}

async function findProof(ctx: Context, personId: string, state: string) {
  const proof = await ctx.db
    .selectFrom('access_proofs')
    .selectAll()
    .where('state_hash', '=', hashState(state))
    .where('person_id', '=', personId)
    .where('expires_at', '>', ctx.now())
    .executeTakeFirst();
  const project =
    proof && (await ctx.db.selectFrom('projects').selectAll().where('id', '=', proof.project_id).executeTakeFirst());
  if (!proof || !project) throw notFound();
  return { proof, project };
}

async function ask(proofs: AccessProofs, input: Parameters<AccessProofs['prove']>[0]): Promise<ProvenAccess | null> {
  try {
    return await proofs.prove(input);
  } catch (error) {
    if (!(error instanceof CodeHostError)) throw error;
    if (error.kind === 'gone') {
      throw new DevicelaneError('forbidden', 'GitHub does not take this sign-in any more: begin again.', {
        cause: error,
      });
    }
    throw new DevicelaneError('unavailable', 'GitHub could not be asked: try again.', { cause: error });
  }
}
