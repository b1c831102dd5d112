/** Says what an uploaded file is and what it tells of itself; refuses what is no usable build. */
import type { ApkFacts } from '../../apk/build-facts.ts';
import type { ByteSource } from '../../apk/byte-source.ts';
import { readBuild } from '../../apk/read-build.ts';
import { quoted } from '../../apk/unusable.ts';
import type { ArtifactMetadata } from '../../contract/artifact-metadata.ts';
import type { ArtifactKind } from '../../contract/terms.ts';
import { DevicelaneError } from '../../errors.ts';

const MAX_TEXT = 256;
const MAX_PERMISSIONS = 500;

/**
 * The kind is the content's; one that was announced must agree. Metadata is null where the kind's is not read yet.
 *
 * @param announced what the client said that the file is
 * @param name the file's name, for the sentence of a refusal alone
 * @throws DevicelaneError `invalid_artifact`
 */
export async function readMetadata(
  announced: ArtifactKind | null,
  name: string,
  source: ByteSource,
): Promise<{ kind: ArtifactKind; metadata: ArtifactMetadata | null }> {
  const build = await readBuild(source);
  const kind = build.container === 'apk' ? apkKind(build.apk, announced) : build.container;
  if (announced !== null && announced !== kind) {
    throw new DevicelaneError(
      'invalid_artifact',
      `${quoted(name)} was announced as ${announced} and is ${kind}: give the file that the input asks for.`,
      { field: 'kind' },
    );
  }
  return { kind, metadata: build.container === 'apk' ? apkMetadata(build.apk) : null };
}

/**
 * A test APK instruments another package. One that instruments itself may be either, an app with its own runner or a
 * library's tests: the announcement decides, and without one it is an app.
 */
function apkKind({ manifest }: ApkFacts, announced: ArtifactKind | null): ArtifactKind {
  const { instrumentation } = manifest;
  if (instrumentation === null) return 'apk';
  if (instrumentation.target !== manifest.package) return 'test_apk';
  return announced === 'test_apk' ? 'test_apk' : 'apk';
}

function apkMetadata({ manifest, signing, contents }: ApkFacts): ArtifactMetadata {
  return {
    platform: 'android',
    package: manifest.package,
    versionName: short(manifest.versionName),
    versionCode: manifest.versionCode,
    minSdk: manifest.minSdk,
    targetSdk: manifest.targetSdk,
    label: short(manifest.label),
    abis: Object.keys(contents.libraries).sort(),
    permissions: manifest.permissions.slice(0, MAX_PERMISSIONS).map((permission) => permission.slice(0, MAX_TEXT)),
    debuggable: manifest.debuggable,
    signing: {
      schemes: signing.schemes,
      verified: signing.verified,
      certificates: signing.certificates.map(({ sha256, subject, debug }) => ({ sha256, subject, debug })),
    },
    instrumentation: manifest.instrumentation && {
      runner: manifest.instrumentation.runner.slice(0, MAX_TEXT),
      target: manifest.instrumentation.target.slice(0, MAX_TEXT),
    },
    split: short(manifest.split),
  };
}

function short(text: string | null): string | null {
  return text === null ? null : text.slice(0, MAX_TEXT);
}
