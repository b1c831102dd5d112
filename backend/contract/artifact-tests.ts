/** What a zip of tests says of itself: it is for no platform that could be told, and has no package of its own. */
import * as z from 'zod/mini';

const MaestroFlow = z.object({
  /** Its path in the zip. */
  file: z.string(),
  name: z.string(),
  /** null where it tests a web page. */
  appId: z.nullable(z.string()),
  tags: z.array(z.string()),
});

const TestTarget = z.object({
  name: z.string(),
  bundle: z.nullable(z.string()),
  /** Of the app that is tested through its interface: its bundle id or path. */
  app: z.nullable(z.string()),
});

export const ArtifactTests = z.discriminatedUnion('framework', [
  z.object({ framework: z.literal('maestro'), flows: z.array(MaestroFlow) }),
  z.object({
    framework: z.literal('xcuitest'),
    /** Of each `.xctestrun` file. */
    testRuns: z.array(z.object({ file: z.string(), plan: z.nullable(z.string()), targets: z.array(TestTarget) })),
    bundles: z.array(z.string()),
  }),
]);
export type ArtifactTests = z.infer<typeof ArtifactTests>;
