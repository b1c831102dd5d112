/** A project's secrets as they travel: written, and never read back. */
import * as z from 'zod/mini';

/** As `env` names them: `KEY=secret:NAME`. */
export const SecretName = z.string().check(z.regex(/^[A-Za-z_]\w{0,99}$/));

/** Shorter ones would be taken out of logs where they are none. */
const MIN_LENGTH = 6;
const MAX_LENGTH = 4096;

export const NewSecret = z.union([
  z.strictObject({
    value: z.string().check(z.minLength(MIN_LENGTH), z.maxLength(MAX_LENGTH), z.regex(/^[^\0]*$/)),
  }),
  /** `https://VAULT/secrets/NAME[/VERSION]`, read each time that it is used. */
  z.strictObject({
    keyVaultUrl: z.string().check(z.regex(/^https:\/\/[\w.:-]{3,200}\/secrets\/[\w-]{1,127}(\/[0-9a-f]{32})?$/)),
  }),
]);
export type NewSecret = z.infer<typeof NewSecret>;

export const SecretList = z.object({
  secrets: z.array(z.object({ name: z.string(), from: z.enum(['value', 'key_vault']), changedAt: z.iso.datetime() })),
});
export type SecretList = z.infer<typeof SecretList>;
