/** A world that believes two Sigstore instances, and in which a CI job's build is attested as a workflow does. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apkFile } from './apks/apk-file.ts';
import { type BuildClaims, type Sigstore, startSigstore } from './sigstore.ts';
import { startWorld, type World } from './world.ts';

export type AttestedWorld = World & {
  /** With public logs. */
  sigstore: Sigstore;
  /** As for private repositories: with a timestamp authority only. */
  privately: Sigstore;
  /** What the certificate of a job of the world's repository says; what is given replaces the usual. */
  claims(more?: Partial<BuildClaims>): BuildClaims;
  /** Attests a file as the repository's workflow does, and stores that at the code host. */
  attest(sha256: string, more?: Partial<BuildClaims>, by?: Sigstore): Promise<void>;
};

/** The commit that the job's identity token names. */
export const COMMIT = '1f2e3d4c5b6a79880716253443526170a9b8c7d6';

export async function startAttestedWorld(): Promise<AttestedWorld> {
  const sigstore = await startSigstore({ hasLogs: true });
  const privately = await startSigstore({ hasLogs: false });
  const folder = await mkdtemp(join(tmpdir(), 'devicelane-'));
  const roots = join(folder, 'trusted_root.jsonl');
  await writeFile(roots, [sigstore.root, privately.root].map((root) => `${JSON.stringify(root)}\n`).join(''));
  const world = await startWorld({ env: { SIGSTORE_TRUSTED_ROOT: roots } });
  await rm(folder, { recursive: true });
  const { github, oidc } = world;
  const claims = (more: Partial<BuildClaims> = {}): BuildClaims => ({
    issuer: oidc.issuer,
    repository: github.repository.fullName,
    repositoryId: github.repository.id,
    ownerId: github.repository.ownerId,
    commit: COMMIT,
    ...more,
  });
  return {
    ...world,
    sigstore,
    privately,
    claims,
    async attest(sha256, more = {}, by = sigstore) {
      github.attest(sha256, [await by.attest(sha256, claims(more))]);
    },
  };
}

/** A build that no other is like, and its digest. */
export function newBuild(): { build: Buffer; sha256: string } {
  const build = apkFile({}, [{ name: 'assets/noise', content: randomBytes(100), method: 0 }]);
  return { build, sha256: createHash('sha256').update(build).digest('hex') };
}
