/** What a connection to AWS Device Farm is made of. */
import * as z from 'zod/mini';
import type { FarmCredential } from '../port.ts';
import { readSettings } from '../read-settings.ts';

const Arn = z.string().check(z.regex(/^arn:[\w-]+:devicefarm:[a-z0-9-]+:\d*:[\w:./-]{1,900}$/));

const Settings = z.strictObject({
  projectArn: Arn,
  region: z._default(z.string().check(z.regex(/^[a-z0-9-]{3,30}$/)), 'us-west-2'),
  /** For private endpoints and tests. */
  baseUrl: z.optional(z.url()),
  /** Used where a run names no device. */
  defaultDevice: z._default(z.string().check(z.minLength(1), z.maxLength(100)), 'Google Pixel 8'),
  /** Devices that the account may use at once. */
  parallelJobs: z._default(z.int().check(z.minimum(1), z.maximum(1000)), 5),
});
export type AwsSettings = z.infer<typeof Settings>;

const Credential = z.strictObject({
  accessKeyId: z.string().check(z.regex(/^[A-Z0-9]{16,128}$/)),
  secretAccessKey: z.string().check(z.minLength(16), z.maxLength(200)),
  sessionToken: z.optional(z.string().check(z.maxLength(4096))),
});
export type AwsCredential = z.infer<typeof Credential>;

/** @throws FarmError `refused` naming what is wrong, and never a value */
export function awsSettings(settings: unknown): AwsSettings {
  return readSettings(Settings, settings, 'settings', 'AWS Device Farm');
}

/** @throws FarmError `refused` */
export function awsCredential(credential: FarmCredential | null): AwsCredential | null {
  return credential && readSettings(Credential, credential, 'credential', 'AWS Device Farm');
}
