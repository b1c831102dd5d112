/** Connections as they travel: a farm account or another integration; its credential is written, and never read back. */
import * as z from 'zod/mini';
import { idSchema } from './ids.ts';
import { ArtifactKind, Framework } from './terms.ts';

/** What deletion means at a farm: asked for and checked, asked for only, or gone by itself after so many days. */
export const ForgettingMeaning = z.union([
  z.strictObject({ how: z.literal('verified') }),
  z.strictObject({ how: z.literal('requested') }),
  z.strictObject({ how: z.literal('expires'), days: z.int().check(z.minimum(1), z.maximum(4000)) }),
]);
export type ForgettingMeaning = z.infer<typeof ForgettingMeaning>;

/** The least that the tenant accepts: what a farm does may be more. */
export const AcceptedForgetting = z.strictObject({ uploads: ForgettingMeaning, results: ForgettingMeaning });
export type AcceptedForgetting = z.infer<typeof AcceptedForgetting>;

const Name = z.string().check(z.regex(/^[A-Za-z0-9][\w .-]{0,98}$/));
const Settings = z.record(z.string().check(z.maxLength(100)), z.unknown());

export const NewConnection = z.strictObject({
  /** A kind of farm that the server has. */
  kind: z.string().check(z.regex(/^[a-z][a-z_]{0,50}$/)),
  name: Name,
  settings: z._default(Settings, {}),
  credential: z.optional(Settings),
  acceptForgetting: z.optional(AcceptedForgetting),
});
export type NewConnection = z.infer<typeof NewConnection>;

export const NewCredential = z.strictObject({ credential: Settings });
export type NewCredential = z.infer<typeof NewCredential>;

export const ConnectionView = z.object({
  connectionId: idSchema('connection'),
  kind: z.string(),
  name: z.string(),
  /** Null of what is no farm, and of a kind that this server does not have. */
  farm: z.nullable(
    z.object({
      frameworks: z.array(Framework),
      artifacts: z.array(ArtifactKind),
      stop: z.boolean(),
      /** Frameworks whose tests are passed an environment, can be named one by one, and are sharded. */
      env: z.array(Framework),
      filter: z.array(Framework),
      sharded: z.array(Framework),
      retries: z.boolean(),
      shards: z.enum(['none', 'uniform', 'server']),
      parallelJobs: z.nullable(z.int()),
      forgetsUploads: ForgettingMeaning,
      forgetsResults: ForgettingMeaning,
      defaultDevice: z.string(),
    }),
  ),
  acceptedForgetting: z.nullable(AcceptedForgetting),
  hasCredential: z.boolean(),
  /** Jobs that have left something at the farm which it has not forgotten yet. */
  stillThere: z.int(),
  /** Of these, those that the farm was asked to forget for long, and has not. */
  stuck: z.int(),
  createdAt: z.iso.datetime(),
  disconnectedAt: z.nullable(z.iso.datetime()),
});
export type ConnectionView = z.infer<typeof ConnectionView>;

export const ConnectionList = z.object({ connections: z.array(ConnectionView) });
export type ConnectionList = z.infer<typeof ConnectionList>;

export const DeviceList = z.object({
  devices: z.array(
    z.object({
      model: z.string(),
      os: z.array(z.string()),
      platform: z.enum(['android', 'ios']),
      isVirtual: z.boolean(),
    }),
  ),
});
export type DeviceList = z.infer<typeof DeviceList>;
