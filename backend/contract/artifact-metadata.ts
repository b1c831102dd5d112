/** What a build says of itself, read from the file when its upload completes. */
import * as z from 'zod/mini';

const Certificate = z.object({
  /** Of the DER form: lower-case hex. */
  sha256: z.string(),
  subject: z.string(),
  /** Made by the Android tools for debug builds. */
  debug: z.boolean(),
});

/** On every platform, so that a client that knows Android alone can read an iOS build too. */
const build = {
  /** On iOS the bundle id. */
  package: z.string(),
  versionName: z.nullable(z.string()),
  /** On iOS the build number where it is a whole number. */
  versionCode: z.nullable(z.number()),
  /** null where the manifest declares none, or a preview's code name; and on iOS. */
  minSdk: z.nullable(z.int()),
  targetSdk: z.nullable(z.int()),
  label: z.nullable(z.string()),
  /** Of its native libraries; none means that it runs on any. On iOS of its executable. */
  abis: z.array(z.string()),
  /** On iOS the keys that explain them to people, such as `NSCameraUsageDescription`. */
  permissions: z.array(z.string()),
  debuggable: z.boolean(),
  /** On iOS empty: see `signed`. */
  signing: z.object({
    schemes: z.array(z.enum(['v1', 'v2', 'v3', 'v3.1'])),
    verified: z.boolean(),
    certificates: z.array(Certificate),
  }),
  instrumentation: z.nullable(z.object({ runner: z.string(), target: z.string() })),
  /** The name of a split, which cannot be installed without its base. */
  split: z.nullable(z.string()),
};

const Provisioning = z.object({
  kind: z.enum(['development', 'ad_hoc', 'enterprise', 'app_store']),
  name: z.nullable(z.string()),
  teamId: z.nullable(z.string()),
  teamName: z.nullable(z.string()),
  expiresAt: z.nullable(z.iso.datetime()),
  /** How many devices it names. */
  devices: z.int(),
  applicationIdentifier: z.nullable(z.string()),
  /** Their names. */
  entitlements: z.array(z.string()),
});

const AndroidMetadata = z.object({
  platform: z.literal('android'),
  ...build,
  /** Of a bundle: `base` and the others. */
  modules: z.optional(z.array(z.string())),
});

const IosMetadata = z.object({
  platform: z.literal('ios'),
  ...build,
  /** CFBundleVersion, as it is written. */
  build: z.nullable(z.string()),
  minimumOs: z.nullable(z.string()),
  deviceFamilies: z.array(z.string()),
  /** Whether it has a code signature; only a device can tell whether it holds. */
  signed: z.boolean(),
  /** null: it has no profile. */
  provisioning: z.nullable(Provisioning),
});

export const ArtifactMetadata = z.discriminatedUnion('platform', [AndroidMetadata, IosMetadata]);
export type ArtifactMetadata = z.infer<typeof ArtifactMetadata>;
export type AndroidMetadata = z.infer<typeof AndroidMetadata>;
export type IosMetadata = z.infer<typeof IosMetadata>;
