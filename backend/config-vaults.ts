import * as z from 'zod';
import { ConfigError, requireJson } from './config-values.ts';

export type OpenVault = { tenantId: string; url: string };

const VaultList = z.array(
  z.strictObject({ tenantId: z.string().min(1), url: z.string().regex(/^https:\/\/[\w.-]{3,200}(:\d{1,5})?$/) }),
);

/** @throws ConfigError */
export function parseSecretVaults(text: string | undefined): OpenVault[] {
  if (!text) return [];
  const parsed = VaultList.safeParse(requireJson('SECRET_VAULTS', text));
  if (parsed.success) return parsed.data;
  const form = '{ "tenantId": "…", "url": "https://NAME.vault.azure.net" }';
  throw new ConfigError('SECRET_VAULTS', `must be a JSON list of ${form}`);
}
