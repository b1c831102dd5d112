import { type SecretVault, VaultError } from './port.ts';

/** Where the operator has opened no vault to a tenant. */
export function createNoVault(): SecretVault {
  return {
    mayRead: () => false,
    read: () => Promise.reject(new VaultError('refused', 'No key vault is open to the tenant.')),
  };
}
