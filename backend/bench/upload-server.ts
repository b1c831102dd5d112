/**
 * A program for a process of its own, as a server is: a backend with a project and all that stands around it. It says where it
 * is, and answers claims with an identity token that has them, and `rest` once none of its tasks is at work.
 */
import { tasksDone } from '../testing/kept.ts';
import type { Claims } from '../testing/oidc.ts';
import { startWorld } from '../testing/world.ts';

export type ToServer = 'rest' | 'stop' | Claims;
export type FromServer = { url: string } | { token: string } | { rested: true };

const world = await startWorld({ fsync: true });
const say = (message: FromServer): void => void process.send?.(message);

process.on('message', (message: ToServer) => {
  if (message === 'stop') void world.stop().then(() => process.exit());
  else if (message === 'rest') void tasksDone(world).then(() => say({ rested: true }));
  else void Promise.resolve(world.oidc.mint(message)).then((token) => say({ token }));
});
say({ url: world.backend.url });
