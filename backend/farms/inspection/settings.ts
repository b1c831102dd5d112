import * as z from 'zod/mini';
import { FarmError } from '../port.ts';

const Sdk = z.int().check(z.minimum(1), z.maximum(10_000));

const InspectionSettings = z.strictObject({
  /** Defaults: minimum SDK 21, target SDK 34. */
  floors: z.optional(z.strictObject({ minSdk: z.optional(Sdk), targetSdk: z.optional(Sdk) })),
  /** Of the file. Default: 200 MiB. */
  maxBytes: z.optional(z.int().check(z.positive())),
  /** Sensitive permissions that the app may ask for. Default: none. */
  permissions: z.optional(z.array(z.string().check(z.maxLength(255))).check(z.maxLength(200))),
});
export type InspectionSettings = z.infer<typeof InspectionSettings>;

/** What an admin set on a connection of this kind. @throws FarmError `refused`, naming the setting */
export function inspectionSettings(settings: unknown): InspectionSettings {
  const parsed = InspectionSettings.safeParse(settings);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const setting =
    issue?.path.join('.') || (issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : 'the settings');
  throw new FarmError('refused', `The inspection farm does not understand ${JSON.stringify(setting)} in its settings.`);
}
