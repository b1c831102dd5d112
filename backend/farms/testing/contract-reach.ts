/** What every farm's adapter makes of a base URL that leads into the operator's network; called as `describeFarm` is. */

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Outgoing } from '../../outgoing/port.ts';
import { createOutgoing } from '../../outgoing/public-only.ts';
import { submit } from '../contract.ts';
import type { Farm, FarmJob } from '../port.ts';

export function describeFarmReach(
  name: string,
  make: (baseUrl: string, outgoing: Outgoing) => Farm,
  job: (key: string) => FarmJob,
): void {
  describe(`the farm ${name}, at an address that the operator has not opened`, () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    beforeEach(async () => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    afterEach(() => new Promise((resolve) => server.close(resolve)));

    test.each(['http://127.0.0.1', 'https://127.0.0.1', 'https://localhost'])('%s is sent nothing', async (host) => {
      const farm = make(`${host}:${(server.address() as AddressInfo).port}`, createOutgoing({ openHosts: [] }));
      const given = job('k1');
      const upload = { key: 'k1.app', role: 'app', framework: given.framework, id: null } as const;
      const calls = [
        () => submit(farm, given),
        () => farm.start(given, { app: 'an-app', tests: 'its-tests' }),
        () => farm.devices(),
        () => farm.observe(given, 'a-run'),
        () => farm.results(given, 'a-run'),
        () => farm.forgetUpload({ ...upload, id: 'an-upload' }),
        ...(farm.features.start === 'lookup' ? [() => farm.find(given)] : []),
        ...(farm.features.stop ? [() => farm.stop(given, 'a-run')] : []),
      ];
      for (const call of calls) {
        await expect(call()).rejects.toMatchObject({
          name: 'FarmError',
          kind: 'refused',
          message: expect.stringContaining('OUTGOING_HOSTS'),
        });
      }
      expect(connections).toBe(0);
    });
  });
}
