import * as z from 'zod';
import { ConfigError } from './config-values.ts';

export type OpenVault = { tenantId: string; url: string };

const VaultList = z.array(
  z.strictObject({ tenantId: z.string().min(1), url: z.string().regex(/^https:\/\/[\w.-]{3,200}(:\d{1,5})?$/) }),
);

/** @throws ConfigError */
export function parseSecretVaults(text: string | undefined): OpenVault[] {
  if (!text) return [];
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ConfigError('SECRET_VAULTS', `is not JSON (${(cause as Error).message})`);
  }
  const parsed = VaultList.safeParse(json);
  if (parsed.success) return parsed.data;
  const form = '{ "tenantId": "…", "url": "https://NAME.vault.azure.net" }';
  throw new ConfigError('SECRET_VAULTS', `must be a JSON list of ${form}`);
}
