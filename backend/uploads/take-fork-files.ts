/**
 * Fetches what a fork's step left, after a maintainer's leave, and stores it as artifacts. A task; safe to repeat.
 *
 * Everything in it is hostile. It must be the very workflow artifact that the leave was asked for, its digest included; the
 * commit and the pull request are the code host's; and of what the manifest says of the files nothing is believed that the
 * bytes do not show.
 */
import { randomBytes } from 'node:crypto';
import { inBlocks } from '../apk/byte-source.ts';
import { openZip, type Zip } from '../apk/zip.ts';
import { appendAudit } from '../audit/append.ts';
import { CodeHostError } from '../codehosts/port.ts';
import type { Context } from '../context.ts';
import { ForkManifest, MANIFEST_ENTRY, MAX_MANIFEST_BYTES } from '../contract/fork-manifest.ts';
import { DevicelaneError } from '../errors.ts';
import { readGithubInstallation } from '../integrations/read.ts';
import { type ForkRequest, moveForkRequest, readForkRequest, wantForkCheck } from '../runs/read-fork-request.ts';
import { issueForkCapability } from '../tokens/issue-fork-capability.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { actAs } from '../tokens/read.ts';
import { storeEntry } from './store-entry.ts';

/** Bytes of a fork's files together; also of the artifact that carries them. */
const MAX_BYTES = 1024 * 1024 * 1024;

const refuse = (detail: string): DevicelaneError => new DevicelaneError('invalid_artifact', detail);

/** @throws CodeHostError `broken`, for the queue to try again */
export async function takeForkFiles({ ctx, input }: { ctx: Context; input: { requestId: string } }): Promise<void> {
  requireWorker(ctx);
  const request = await readForkRequest(ctx, input.requestId);
  if (request.state !== 'approved') return;
  try {
    await take(ctx, request);
  } catch (error) {
    const isRefusal = error instanceof DevicelaneError || (error instanceof CodeHostError && error.kind !== 'broken');
    if (!isRefusal) throw error;
    await ctx.write(async (write) => {
      if (!(await moveForkRequest(ctx, write, request, 'refused', { words: { reason: error.message } }))) return;
      await wantForkCheck(write, request.id);
      const detail = { reason: error instanceof DevicelaneError ? error.code : error.kind };
      await appendAudit(ctx, write.tx, { code: 'fork.refused', outcome: 'denied', object: request.id, detail });
    });
  }
}

async function take(ctx: Context, request: ForkRequest): Promise<void> {
  const access = await readGithubInstallation(ctx, request.project_id);
  if (!access) throw refuse('The GitHub App is not connected any more.');
  const size = request.host_artifact_size;
  if (size > MAX_BYTES) throw refuse(`The files of a fork may have ${MAX_BYTES} bytes; these have ${size}.`);
  const left = await ctx.codeHosts.readForkSubmission(access, Number(request.ci_run_id));
  if (left?.headSha !== request.head_sha || left.attempt !== request.ci_attempt) {
    throw refuse('The pull request has a newer commit, was closed, or its workflow ran again: that one asks anew.');
  }
  const same = left.artifacts.find((each) => each.id === request.host_artifact_id);
  if (same?.sha256 !== request.host_artifact_sha256.toString('hex') || same.size !== size) {
    throw refuse('The files are not those that the approval was asked for: they were replaced.');
  }
  const blobName = randomBytes(16).toString('hex');
  try {
    const bytes = ctx.codeHosts.openArtifact(access, request.host_artifact_id, MAX_BYTES);
    await ctx.blobs.write(request.id, blobName, bytes, ({ sha256 }) => {
      if (sha256.equals(request.host_artifact_sha256)) return;
      throw refuse('What arrived is not what the workflow uploaded: its digest differs.');
    });
    await storeFiles(ctx, request, await openZip(inBlocks(await ctx.blobs.open(request.id, blobName))));
  } finally {
    await ctx.blobs.remove(blobName);
  }
}

async function storeFiles(ctx: Context, request: ForkRequest, zip: Zip): Promise<void> {
  const manifest = await readManifest(zip);
  if (manifest.run.name !== request.words.name) throw refuse('The manifest names another check than the artifact.');
  const roles = manifest.files.map(({ role }) => role);
  const expected = new Set<string>([MANIFEST_ENTRY, ...roles]);
  if (roles.length !== expected.size - 1 || !roles.includes('app')) throw refuse('The manifest must list one app.');
  if (zip.entries.size !== expected.size || [...zip.entries.keys()].some((name) => !expected.has(name))) {
    throw refuse('The artifact holds other files than its manifest lists.');
  }
  const maxBytes = manifest.files.reduce((sum, file) => sum + file.size, 0);
  if (maxBytes > MAX_BYTES) throw refuse(`The files of a fork may have ${MAX_BYTES} bytes; these have ${maxBytes}.`);
  const capabilityId = await issueForkCapability(ctx, {
    projectId: request.project_id,
    ciRunId: request.ci_run_id,
    ciAttempt: request.ci_attempt,
    maxBytes: MAX_BYTES,
    maxArtifacts: 10,
  });
  const fork = await actAs(ctx, capabilityId);
  const artifacts: { artifactId: string; role: 'app' | 'tests' }[] = [];
  for (const { role, ...file } of manifest.files) {
    artifacts.push({ artifactId: await storeEntry(fork, file, zip.inflate(zip.entries.get(role)!)), role });
  }
  await ctx.write(async (write) => {
    const patch = { capability_id: capabilityId, words: { manifest, artifacts } };
    if (!(await moveForkRequest(ctx, write, request, 'fetched', patch))) return;
    await write.enqueue('runs.start-fork', { requestId: request.id });
    const detail = { files: artifacts.length, size: maxBytes };
    await appendAudit(ctx, write.tx, { code: 'fork.fetched', object: request.id, detail });
  });
}

async function readManifest(zip: Zip): Promise<ForkManifest> {
  const entry = zip.entries.get(MANIFEST_ENTRY);
  if (!entry) throw refuse('The artifact has no manifest: the step of this version did not make it.');
  const text = (await zip.content(entry, MAX_MANIFEST_BYTES)).toString('utf8');
  try {
    return ForkManifest.parse(JSON.parse(text));
  } catch (cause) {
    throw new DevicelaneError('invalid_artifact', 'The manifest is not of the form that the step writes.', { cause });
  }
}
