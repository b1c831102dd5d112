/** What a build says of itself, read from the file when its upload completes. */
import * as z from 'zod/mini';

const Certificate = z.object({
  /** Of the DER form: lower-case hex. */
  sha256: z.string(),
  subject: z.string(),
  /** Made by the Android tools for debug builds. */
  debug: z.boolean(),
});

export const ArtifactMetadata = z.object({
  platform: z.enum(['android', 'ios']),
  package: z.string(),
  versionName: z.nullable(z.string()),
  versionCode: z.nullable(z.number()),
  /** null where the manifest declares none, or a preview's code name. */
  minSdk: z.nullable(z.int()),
  targetSdk: z.nullable(z.int()),
  label: z.nullable(z.string()),
  /** Of its native libraries; none means that it runs on any. */
  abis: z.array(z.string()),
  permissions: z.array(z.string()),
  debuggable: z.boolean(),
  signing: z.object({
    schemes: z.array(z.enum(['v1', 'v2', 'v3', 'v3.1'])),
    verified: z.boolean(),
    certificates: z.array(Certificate),
  }),
  instrumentation: z.nullable(z.object({ runner: z.string(), target: z.string() })),
  /** The name of a split, which cannot be installed without its base. */
  split: z.nullable(z.string()),
});
export type ArtifactMetadata = z.infer<typeof ArtifactMetadata>;
