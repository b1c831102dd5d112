/** Every route and the verb behind it: the index page of what people and machines may ask. */
import type { Hono } from 'hono';
import type { Logger } from 'pino';
import { auditRead, auditReport } from '../audit/append-read.ts';
import { exportAudit } from '../audit/export.ts';
import { listAudit } from '../audit/list.ts';
import { proveAudit } from '../audit/prove.ts';
import { readAuditCheckpoint } from '../audit/read-checkpoint.ts';
import { DevicelaneError } from '../errors.ts';
import { connectAsAdmin } from '../integrations/connect.ts';
import { disconnect } from '../integrations/disconnect.ts';
import { listConnections, readConnection } from '../integrations/list-connections.ts';
import { listDevices } from '../integrations/list-devices.ts';
import { bindProven, finishProof, startProof } from '../integrations/prove-access.ts';
import { rotateCredential } from '../integrations/rotate-credential.ts';
import { renderBindPage } from '../pages/bind-page.ts';
import { renderProjectListPage } from '../pages/project-list-page.ts';
import { renderRunListPage } from '../pages/run-list-page.ts';
import { renderRunPage } from '../pages/run-page.ts';
import { renderSignInPage } from '../pages/sign-in-page.ts';
import { stylesheet } from '../pages/stylesheet.ts';
import { signIn, signOut } from '../people/session.ts';
import { renderJunit } from '../results/junit.ts';
import { readEvidence, readEvidenceList, readResults, readTestResults } from '../results/read.ts';
import { readRetention } from '../retention/read.ts';
import { setRetention } from '../retention/set-rules.ts';
import { cancelRun } from '../runs/cancel.ts';
import { listRuns } from '../runs/list.ts';
import { readRunView } from '../runs/read.ts';
import { rerunRun } from '../runs/rerun.ts';
import { startRun } from '../runs/start.ts';
import { createProject } from '../tenants/create-project.ts';
import { listProjects, readProject } from '../tenants/list-projects.ts';
import { listSecrets } from '../tenants/list-secrets.ts';
import { nameOwner } from '../tenants/name-owner.ts';
import { readLimits } from '../tenants/read-limits.ts';
import { removeSecret } from '../tenants/remove-secret.ts';
import { setLimits } from '../tenants/set-limits.ts';
import { setProjectOptions } from '../tenants/set-project-options.ts';
import { setSecret } from '../tenants/set-secret.ts';
import { createApiToken } from '../tokens/create-api-token.ts';
import { createTrustPolicy } from '../tokens/create-trust-policy.ts';
import { exchangeToken } from '../tokens/exchange.ts';
import { listApiTokens } from '../tokens/list-api-tokens.ts';
import { listTrustPolicies } from '../tokens/list-trust-policies.ts';
import { mayDo } from '../tokens/permissions.ts';
import { readTrustPolicy } from '../tokens/read-trust-policy.ts';
import { replaceTrustPolicy } from '../tokens/replace-trust-policy.ts';
import { reportLeak } from '../tokens/report-leak.ts';
import { revokeToken } from '../tokens/revoke.ts';
import { revokeApiToken } from '../tokens/revoke-api-token.ts';
import { revokeTrustPolicy } from '../tokens/revoke-trust-policy.ts';
import { completeUpload } from '../uploads/complete.ts';
import { forgetArtifact } from '../uploads/forget.ts';
import { listParts } from '../uploads/list-parts.ts';
import { openUpload } from '../uploads/open.ts';
import { putPart } from '../uploads/put-part.ts';
import { readArtifact, readArtifactIcon, readRunArtifacts } from '../uploads/read.ts';
import { readContent } from '../uploads/read-content.ts';
import { readPrior } from '../uploads/read-prior.ts';
import type { Handlers, HttpDeps, HttpEnv } from './call.ts';
import { followRun } from './event-stream.ts';
import { HOOK_HANDLERS } from './hook-handlers.ts';
import { readIdempotencyKey } from './idempotency-key.ts';
import { mountRoutes } from './mount.ts';
import { openapiDocument } from './openapi.ts';
import { readDifferenceAlong, readPartHeaders } from './part-request.ts';
import { clearSession, readSession, requireSameOrigin, writeSession } from './session-cookie.ts';
import { streamBody, streamLines } from './stream-body.ts';
import { wantedRange } from './wanted-range.ts';

const provable = (deps: HttpDeps): string | null => deps.accessProofs?.issuer ?? null;

const HANDLERS: Handlers = {
  exchangeToken: async ({ c, deps, system, body }) =>
    c.json(
      await exchangeToken({
        system,
        issuers: deps.issuers,
        input: {
          subjectToken: body.subject_token,
          proof: c.req.header('dpop'),
          request: { method: 'POST', url: `${deps.publicUrl}/oauth/token` },
          idempotencyKey: readIdempotencyKey(c),
        },
      }),
    ),
  revokeToken: async ({ c, system, body }) => {
    await revokeToken({ system, input: body });
    return c.body(null, 200);
  },

  openUpload: async ({ c, ctx, body }) => c.json(await openUpload({ ctx, input: body }), 201),
  putPart: async ({ c, ctx, params, query }) => {
    const announced = readPartHeaders(c);
    // Left whole when its reader gives up, so that the refusal can still be heard.
    const body = c.env.incoming.iterator({ destroyOnReturn: false });
    const input = { artifactId: params.id, number: params.number, of: query.of, ...announced, body };
    return c.json(await putPart({ ctx, input }));
  },
  listParts: async ({ c, ctx, params }) => c.json(await listParts({ ctx, input: { artifactId: params.id } })),
  readPrior: async ({ c, ctx, params }) => {
    const input = { artifactId: params.id, range: c.req.header('range') };
    const { range, bytes, size } = await readPrior({ ctx, input });
    c.header('Content-Range', `bytes ${range.offset}-${range.offset + range.length - 1}/${size}`);
    return c.body(new Uint8Array(bytes), 206, { 'Content-Type': 'application/octet-stream' });
  },
  completeUpload: async ({ c, ctx, params, query }) => {
    const readDifference = () => readDifferenceAlong(c, query.of);
    return c.json(await completeUpload({ ctx, input: { artifactId: params.id, of: query.of, readDifference } }));
  },
  readArtifact: async ({ c, ctx, params }) => c.json(await readArtifact({ ctx, input: { artifactId: params.id } })),
  readContent: async ({ c, ctx, params }) => {
    const choose = (content: { size: number; etag: string }) => wantedRange(c, content);
    const content = await readContent({ ctx, input: { artifactId: params.id, choose } });
    return streamBody({ c, ctx, file: content, body: content.body });
  },
  readArtifactIcon: async ({ c, ctx, params }) => {
    const { type, bytes } = await readArtifactIcon({ ctx, input: { artifactId: params.id } });
    // Short, so that a page that loads itself again need not ask each time, and what is forgotten soon is.
    return c.body(bytes, 200, { 'Content-Type': type, 'Cache-Control': 'private, max-age=60' });
  },
  deleteArtifact: async ({ c, ctx, params }) => {
    await forgetArtifact({ ctx, input: { artifactId: params.id } });
    return c.body(null, 204);
  },

  startRun: async ({ c, ctx, body }) =>
    c.json(await startRun({ ctx, input: body, idempotencyKey: readIdempotencyKey(c) }), 201),
  listRuns: async ({ c, ctx, query }) => c.json(await listRuns({ ctx, input: query })),
  readRun: async ({ c, ctx, params }) => {
    const run = await readRunView(ctx, params.id);
    await auditReport(ctx, run.runId);
    return c.json(run);
  },
  followRun: ({ c, ctx, system, params }) => followRun(c, system, ctx, params.id),
  cancelRun: async ({ c, ctx, params }) => c.json(await cancelRun({ ctx, input: { runId: params.id } })),
  rerunRun: async ({ c, ctx, params, body }) =>
    c.json(await rerunRun({ ctx, input: { runId: params.id, ...body } }), 201),

  readResults: async ({ c, ctx, params, query }) =>
    c.json(await readResults({ ctx, input: { runId: params.id, cursor: query.cursor } })),
  readJunit: async ({ c, ctx, params }) => {
    const { name } = await readRunView(ctx, params.id);
    const results = await readTestResults(ctx, params.id);
    await auditRead(ctx, 'results.viewed', params.id);
    return c.body(renderJunit({ name, results }), 200, { 'Content-Type': 'application/xml; charset=utf-8' });
  },
  readEvidence: async ({ c, ctx, params }) => {
    const { evidence, body } = await readEvidence({ ctx, input: { runId: params.id, evidenceId: params.evidenceId } });
    return streamBody({ c, ctx, file: evidence, body });
  },

  readRetention: async ({ c, ctx }) => c.json(await readRetention({ ctx })),
  setRetention: async ({ c, ctx, body }) => c.json(await setRetention({ ctx, input: body })),
  readLimits: async ({ c, ctx }) => c.json(await readLimits({ ctx })),
  setLimits: async ({ c, ctx, body }) => c.json(await setLimits({ ctx, input: body })),

  listProjects: async ({ c, ctx, deps }) => c.json(await listProjects({ ctx, provable: provable(deps) })),
  createProject: async ({ c, ctx, deps, body }) => {
    const input = await createProject({ ctx, issuers: deps.issuers, input: body });
    return c.json(await readProject({ ctx, provable: provable(deps), input }), 201);
  },
  readProject: async ({ c, ctx, deps, params }) =>
    c.json(await readProject({ ctx, provable: provable(deps), input: { projectId: params.id } })),
  nameOwner: async ({ c, ctx, params }) => {
    await nameOwner({ ctx, input: { projectId: params.id, ownerId: params.ownerId } });
    return c.body(null, 204);
  },
  listTrustPolicies: async ({ c, ctx, query }) => c.json(await listTrustPolicies({ ctx, input: query })),
  createTrustPolicy: async ({ c, ctx, body }) => {
    const input = await createTrustPolicy({ ctx, input: body });
    return c.json(await readTrustPolicy({ ctx, input }), 201);
  },
  readTrustPolicy: async ({ c, ctx, params }) =>
    c.json(await readTrustPolicy({ ctx, input: { trustPolicyId: params.id } })),
  replaceTrustPolicy: async ({ c, ctx, params, body }) =>
    c.json(await replaceTrustPolicy({ ctx, input: { trustPolicyId: params.id, policy: body } })),
  revokeTrustPolicy: async ({ c, ctx, params }) => {
    await revokeTrustPolicy({ ctx, input: { trustPolicyId: params.id } });
    return c.body(null, 204);
  },

  createApiToken: async ({ c, ctx, body }) => c.json(await createApiToken({ ctx, input: body }), 201),
  listApiTokens: async ({ c, ctx }) => c.json(await listApiTokens({ ctx })),
  revokeApiToken: async ({ c, ctx, params }) => {
    await revokeApiToken({ ctx, input: { tokenId: params.id } });
    return c.body(null, 204);
  },
  reportLeak: async ({ c, system, body }) => {
    await reportLeak({ system, input: { tokens: [body].flat().map(({ token }) => token) } });
    return c.body(null, 204);
  },

  listAudit: async ({ c, ctx, query }) => c.json(await listAudit({ ctx, input: query })),
  readAuditCheckpoint: async ({ c, ctx }) => c.json(await readAuditCheckpoint({ ctx })),
  proveAudit: async ({ c, ctx, query }) => c.json(await proveAudit({ ctx, input: query })),
  exportAudit: async ({ c, ctx }) => streamLines(c, await exportAudit({ ctx }), 'audit.jsonl'),

  setProjectOptions: async ({ c, ctx, params, body }) =>
    c.json(await setProjectOptions({ ctx, input: { projectId: params.id, ...body } })),

  listSecrets: async ({ c, ctx, params }) => c.json(await listSecrets({ ctx, input: { projectId: params.id } })),
  setSecret: async ({ c, ctx, params, body }) => {
    await setSecret({ ctx, input: { projectId: params.id, name: params.name, secret: body } });
    return c.body(null, 204);
  },
  removeSecret: async ({ c, ctx, params }) => {
    await removeSecret({ ctx, input: { projectId: params.id, name: params.name } });
    return c.body(null, 204);
  },

  createConnection: async ({ c, ctx, body }) => {
    const { connectionId } = await connectAsAdmin({ ctx, input: body });
    return c.json(await readConnection({ ctx, input: { connectionId } }), 201);
  },
  listConnections: async ({ c, ctx }) => c.json(await listConnections({ ctx })),
  readConnection: async ({ c, ctx, params }) =>
    c.json(await readConnection({ ctx, input: { connectionId: params.id } })),
  listDevices: async ({ c, ctx, params }) => c.json(await listDevices({ ctx, input: { connectionId: params.id } })),
  rotateCredential: async ({ c, ctx, params, body }) => {
    await rotateCredential({ ctx, input: { connectionId: params.id, credential: body.credential } });
    return c.body(null, 204);
  },
  disconnect: async ({ c, ctx, params }) => {
    await disconnect({ ctx, input: { connectionId: params.id } });
    return c.body(null, 204);
  },

  ...HOOK_HANDLERS,

  runListPage: async ({ c, ctx, query }) => c.html(await renderRunListPage(await listRuns({ ctx, input: query }))),
  runPage: async ({ c, ctx, params }) => {
    const run = await readRunView(ctx, params.id);
    await auditReport(ctx, run.runId);
    const results = run.state === 'finished' ? await readTestResults(ctx, run.runId) : [];
    const evidence = await readEvidenceList(ctx, run.runId);
    const artifacts = await readRunArtifacts(ctx, run);
    const mayDownload = mayDo(ctx.actor, 'artifact:content');
    return c.html(await renderRunPage({ run, results, evidence, artifacts, mayDownload, now: ctx.now() }));
  },
  projectListPage: async ({ c, ctx, deps }) =>
    c.html(await renderProjectListPage(await listProjects({ ctx, provable: provable(deps) }))),
  proveAccess: async ({ c, ctx, deps, params }) => {
    const input = { projectId: params.id };
    const { url } = await startProof({ ctx, proofs: deps.accessProofs, input });
    return c.redirect(url, 303);
  },
  accessProven: async ({ c, ctx, deps, query }) => {
    const input = { state: query.state, code: query.code };
    return c.html(await renderBindPage(await finishProof({ ctx, proofs: deps.accessProofs, input })));
  },
  bindProject: async ({ c, ctx, deps, system, params }) => {
    await bindProven({ ctx, system, proofs: deps.accessProofs, input: { state: params.state } });
    return c.redirect('/projects', 303);
  },
  signInPage: async ({ c, params }) => c.html(await renderSignInPage({ code: params.code })),
  signIn: async ({ c, deps, system, params }) => {
    requireSameOrigin(c, deps.publicUrl);
    const session = await signIn({ system, input: { code: params.code } });
    writeSession(c, deps.publicUrl, session.secret, session.maxAgeSeconds);
    return c.redirect(session.target, 303);
  },
  signOut: async ({ c, deps, system }) => {
    requireSameOrigin(c, deps.publicUrl);
    const secret = readSession(c, deps.publicUrl);
    if (secret) await signOut({ system, input: { secret } });
    clearSession(c, deps.publicUrl);
    return c.redirect('/', 303);
  },
  stylesheet: ({ c }) =>
    c.body(stylesheet, 200, { 'Content-Type': 'text/css; charset=utf-8', 'Cache-Control': 'public, max-age=3600' }),

  health: ({ c }) => c.json({ status: 'ok' }),
  ready: async ({ c, deps }) => {
    await deps.ping().catch((cause: unknown) => {
      throw new DevicelaneError('unavailable', 'The database does not answer.', { cause });
    });
    return c.json({ status: 'ok' });
  },
  openapi: ({ c, deps }) => c.json(openapiDocument(deps.publicUrl)),
};

export function createApp(deps: HttpDeps, log: Logger): Hono<HttpEnv> {
  return mountRoutes(HANDLERS, deps, log);
}
