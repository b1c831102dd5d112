/** The identity that Azure gave this machine, pod or container: there is no secret to keep. */
import { ManagedIdentityCredential } from '@azure/identity';

/**
 * Managed identities of machines, App Service and Container Apps, and workload identities of Kubernetes; never a person's
 * login or a client secret that happens to lie in the environment.
 */
export function managedIdentity(clientId: string | null): ManagedIdentityCredential {
  return clientId === null ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });
}
