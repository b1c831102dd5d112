/** What a connection to Firebase Test Lab is made of. */
import * as z from 'zod/mini';
import type { FarmCredential } from '../port.ts';
import { readSettings } from '../read-settings.ts';

const Settings = z.strictObject({
  projectId: z.string().check(z.regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/)),
  /** The tenant's own bucket, in which nothing lives on after it is deleted. */
  bucket: z.string().check(z.regex(/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/)),
  /** For tests: every service of Google under one address. */
  baseUrl: z.optional(z.url()),
  /** `model-version`, used where a run names no device. */
  defaultDevice: z._default(z.string().check(z.regex(/^[\w.]{1,60}-[\d.]{1,10}$/)), 'MediumPhone.arm-34'),
  parallelJobs: z._default(z.int().check(z.minimum(1), z.maximum(2000)), 20),
  /** Executions of one matrix: Google takes 50 on physical devices, and more on virtual ones. */
  maxShards: z._default(z.int().check(z.minimum(1), z.maximum(500)), 50),
  /** Days for which the bucket keeps what was deleted, where its owner will have it so: it is asked, and must agree. */
  softDeleteDays: z._default(z.int().check(z.minimum(0), z.maximum(90)), 0),
  /** Days after which Tool Results are gone: names of tests and their stack traces, which no call deletes. */
  resultsExpireAfterDays: z.int().check(z.minimum(1), z.maximum(4000)),
  /** Each test in a process of its own. */
  orchestrator: z._default(z.boolean(), false),
  /** Shards by the farm's own timings, of about so many seconds each; without it as many shards as the run asks for. */
  smartShardSeconds: z.optional(z.int().check(z.minimum(120), z.maximum(2700))),
});
export type FirebaseSettings = z.infer<typeof Settings>;

/** A service account's key, as Google's console gives it. What else stands in that file is not looked at. */
const Credential = z.object({
  client_email: z.string().check(z.regex(/^[\w.+-]{1,100}@[\w.-]{1,150}$/)),
  private_key: z
    .string()
    .check(z.regex(/^-----BEGIN PRIVATE KEY-----\s[\w+/=\s]{100,8000}-----END PRIVATE KEY-----\s*$/)),
  private_key_id: z.optional(z.string().check(z.regex(/^\w{1,100}$/))),
});
export type FirebaseCredential = z.infer<typeof Credential>;

/** @throws FarmError `refused` naming what is wrong, and never a value */
export function firebaseSettings(settings: unknown): FirebaseSettings {
  return readSettings(Settings, settings, 'settings', 'Firebase Test Lab');
}

/** @throws FarmError `refused` */
export function firebaseCredential(credential: FarmCredential | null): FirebaseCredential | null {
  return credential && readSettings(Credential, credential, 'credential', 'Firebase Test Lab');
}
