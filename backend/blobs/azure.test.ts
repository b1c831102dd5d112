import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll } from '@jest/globals';
import { type Azurite, startAzurite } from '../testing/azurite.ts';
import { openAzureBlobs } from './azure.ts';
import { describeBlobs } from './contract.ts';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

describeBlobs('Azure', async () => {
  const prefix = `p${randomBytes(4).toString('hex')}`;
  const blobs = await openAzureBlobs({ account: { connectionString: azurite.connectionString }, prefix });
  return {
    blobs,
    killDuringWrite: (container, name) => killDuringWrite(prefix, container, name),
    dispose: async () => {},
  };
});

/** Starts another process that writes a blob without end, and kills it once blocks of it are in the account. */
async function killDuringWrite(prefix: string, container: string, name: string): Promise<void> {
  const program = `
    import { openAzureBlobs } from ${JSON.stringify(new URL('./azure.ts', import.meta.url).href)};
    const account = { connectionString: process.env.ACCOUNT };
    const blobs = await openAzureBlobs({ account, prefix: ${JSON.stringify(prefix)} });
    async function* source() {
      // The fifth block is taken only when the first has arrived.
      yield Buffer.alloc(17 * 1024 * 1024);
      process.stdout.write('writing');
      await new Promise((resolve) => setTimeout(resolve, 600_000));
    }
    await blobs.write(${JSON.stringify(container)}, ${JSON.stringify(name)}, source());`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: { ACCOUNT: azurite.connectionString },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout!, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}
