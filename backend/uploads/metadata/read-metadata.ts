/** Says what an uploaded file is and what it tells of itself; refuses what is no usable build. */
import type { ApkFacts, BuildFacts } from '../../apk/build-facts.ts';
import type { ByteSource } from '../../apk/byte-source.ts';
import type { Picture } from '../../apk/picture.ts';
import { readBuild } from '../../apk/read-build.ts';
import { quoted } from '../../apk/unusable.ts';
import type { ArtifactKind } from '../../contract/terms.ts';
import { DevicelaneError } from '../../errors.ts';
import type { Description } from '../description.ts';
import { apkMetadata, bundleMetadata } from './android.ts';
import { iosMetadata } from './ios.ts';
import { maestroTests, xctestTests } from './tests.ts';

/**
 * The kind is the content's; one that was announced must agree.
 *
 * @param announced what the client said that the file is
 * @param name the file's name, for the sentence of a refusal alone
 * @throws DevicelaneError `invalid_artifact`
 */
export async function readMetadata(
  announced: ArtifactKind | null,
  name: string,
  source: ByteSource,
): Promise<{ kind: ArtifactKind } & Omit<Description, 'name'>> {
  const build = await readBuild(source);
  const kind = build.container === 'apk' ? apkKind(build.apk, announced) : build.container;
  if (announced !== null && announced !== kind) {
    throw new DevicelaneError(
      'invalid_artifact',
      `${quoted(name)} was announced as ${announced} and is ${kind}: give the file that the input asks for.`,
      { field: 'kind' },
    );
  }
  return { kind, ...described(build) };
}

function described(build: BuildFacts): Omit<Description, 'name'> {
  switch (build.container) {
    case 'apk':
      return { metadata: apkMetadata(build.apk), icon: iconOf(build.icon) };
    case 'aab':
      return { metadata: bundleMetadata(build.bundle), icon: iconOf(build.icon) };
    case 'ipa':
      return { metadata: iosMetadata(build.app), icon: iconOf(build.icon) };
    case 'xctest_zip':
      return { metadata: null, tests: xctestTests(build.tests) };
    case 'maestro_zip':
      return { metadata: null, tests: maestroTests(build.flows) };
  }
}

function iconOf(picture: Picture | null): Description['icon'] {
  return picture === null ? undefined : { type: picture.type, base64: Buffer.from(picture.bytes).toString('base64') };
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
