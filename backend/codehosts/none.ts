/** No code host: without a GitHub App the step itself is the gate, and nothing is posted. */
import { CodeHostError, type CodeHosts } from './port.ts';

export function createNoCodeHost(): CodeHosts {
  const refuse = async (): Promise<never> => {
    throw new CodeHostError('gone', 'no GitHub App is configured');
  };
  return {
    createCheck: refuse,
    updateCheck: refuse,
    mayWrite: refuse,
    isFromFork: refuse,
    readForkSubmission: refuse,
    // biome-ignore lint/correctness/useYield: it ends before its first byte
    async *openArtifact() {
      await refuse();
    },
    listAttestations: refuse,
  };
}
