/** What a connection to BrowserStack App Automate is made of. */
import * as z from 'zod/mini';
import type { FarmCredential } from '../port.ts';
import { readSettings } from '../read-settings.ts';

const Settings = z.strictObject({
  /** For private clouds and tests. */
  baseUrl: z._default(z.url(), 'https://api-cloud.browserstack.com'),
  project: z.optional(z.string().check(z.minLength(1), z.maxLength(100))),
  /** `model-version`, used where a run names no device. */
  defaultDevice: z._default(z.string().check(z.regex(/^[^-]{1,60}-[\d.]{1,10}$/)), 'Google Pixel 9-16.0'),
  parallelJobs: z._default(z.int().check(z.minimum(1), z.maximum(1000)), 5),
  /** Days after which the account's plan drops results: there is no call that deletes them. */
  resultsExpireAfterDays: z.int().check(z.minimum(1), z.maximum(4000)),
  /** The account's builds carry the name that they were started with, so that one can be looked up. */
  listsNames: z._default(z.boolean(), false),
  /** The account may stop a build by a call. */
  stopsBuilds: z._default(z.boolean(), false),
});
export type BrowserstackSettings = z.infer<typeof Settings>;

const Credential = z.strictObject({
  username: z.string().check(z.regex(/^[^:\p{Cc}]{1,100}$/u)),
  accessKey: z.string().check(z.minLength(8), z.maxLength(200)),
});
export type BrowserstackCredential = z.infer<typeof Credential>;

/** @throws FarmError `refused` naming what is wrong, and never a value */
export function browserstackSettings(settings: unknown): BrowserstackSettings {
  return readSettings(Settings, settings, 'settings', 'BrowserStack');
}

/** @throws FarmError `refused` */
export function browserstackCredential(credential: FarmCredential | null): BrowserstackCredential | null {
  return credential && readSettings(Credential, credential, 'credential', 'BrowserStack');
}
