/** Reads secrets from Azure Key Vaults that the operator has opened to a tenant, as the identity of this machine. */
import { SecretClient } from '@azure/keyvault-secrets';
import { type SecretVault, VaultError } from './port.ts';

const TIMEOUT_MS = 10_000;
const MAX_LENGTH = 4096;

type Credential = ConstructorParameters<typeof SecretClient>[1];

type Options = {
  /** Addresses of the vaults that this tenant's projects may name, without a trailing slash. */
  vaults: readonly string[];
  credential: Credential;
  /** A certificate to trust beside the usual ones. */
  ca?: string;
};

export function createAzureKeyVault({ vaults, credential, ca }: Options): SecretVault {
  const partsOf = (url: string) => {
    const { origin, pathname } = new URL(url);
    const [, kind, name, version] = pathname.split('/');
    return vaults.includes(origin) && kind === 'secrets' && name ? { origin, name, version } : null;
  };
  return {
    mayRead: (url) => URL.canParse(url) && partsOf(url) !== null,
    async read(url) {
      const parts = partsOf(url);
      if (!parts) throw new VaultError('refused', 'This key vault is not open to the tenant.');
      const client = new SecretClient(parts.origin, credential, {
        // Whoever starts the job tries again by itself.
        retryOptions: { maxRetries: 0 },
        // A vault behind another name than Azure's own asks for a token of that name.
        disableChallengeResourceVerification: ca !== undefined,
        ...(ca ? { tlsOptions: { ca } } : {}),
      });
      const { value } = await client
        .getSecret(parts.name, {
          ...(parts.version ? { version: parts.version } : {}),
          abortSignal: AbortSignal.timeout(TIMEOUT_MS),
        })
        .catch(failed);
      if (!value || value.length > MAX_LENGTH) {
        throw new VaultError(
          'refused',
          `The secret in the key vault is empty, or longer than ${MAX_LENGTH} characters.`,
        );
      }
      return value;
    },
  };
}

/** Messages and requests stay out: they may hold a token. */
function failed(error: unknown): never {
  const { statusCode } = error as { statusCode?: number };
  if (statusCode === 404) throw new VaultError('refused', 'The key vault has no such secret.');
  if (statusCode === 401 || statusCode === 403) {
    throw new VaultError('refused', 'The key vault does not let this server read the secret.');
  }
  throw new VaultError('broken', 'The key vault did not answer.');
}
