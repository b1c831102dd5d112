/** A small server of the attacker's: whoever asks it for keys has followed a forged token. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Trap = { url: string; asked(): number; close(): void };

/** On loopback: it catches a server on the same machine, as in CI. */
export async function setTrap(): Promise<Trap> {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.end('{"keys":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked: () => asked,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
