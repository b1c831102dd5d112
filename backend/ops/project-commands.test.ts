import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Context } from '../context.ts';
import { openTenant } from '../testing/kept.ts';
import { startWorld, type World } from '../testing/world.ts';
import { approveProject, PROJECT_COMMANDS } from './project-commands.ts';

let world: World;
let ctx: Context;
let folder: string;
beforeAll(async () => {
  world = await startWorld();
  ctx = await openTenant(world, { actor: { kind: 'operator' } });
  folder = await mkdtemp(join(tmpdir(), 'devicelane-policy-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await world.stop();
});

const run = (command: string, options: Record<string, string> = {}) => PROJECT_COMMANDS[command]!(ctx, options);
async function file(text: string): Promise<string> {
  const path = join(folder, 'policy.json');
  await writeFile(path, text);
  return path;
}
const described = { repository: 'acme/second', 'repository-id': '5501', 'owner-id': '5500' };

test('a project is added, approved and listed', async () => {
  const added = await run('project add', described);
  const { projectId } = added.json as { projectId: string };
  expect(added.text).toContain(`project approve --project ${projectId}`);
  expect((await run('project list')).text).toContain(`${projectId} pending acme/second`);
  const system = world.backend.contexts.system('test');
  await approveProject(system, { project: projectId });
  expect((await run('project list')).text).toContain(`${projectId} bound acme/second`);
  await expect(run('project add', described)).rejects.toMatchObject({ code: 'conflict' });
});

test('a trust policy is added, listed, replaced and revoked', async () => {
  const { projectId: project } = world.tenant;
  const { json } = await run('trust add', { project, policy: await file('{"events":["schedule"]}') });
  const { trustPolicyId: trust } = json as { trustPolicyId: string };
  expect((await run('trust list', { project })).text).toContain(`${trust} ${project} github enforce`);
  await run('trust replace', { trust, policy: await file('{"mode":"audit"}') });
  expect((await run('trust list')).text).toContain(`${trust} ${project} github audit`);
  await run('trust revoke', { trust });
  expect((await run('trust list')).text).not.toContain(trust);
});

test.each([
  ['project add', { repository: 'acme/app' }, /--owner-id/],
  ['project add', { ...described, 'repository-id': 'app' }, /^repositoryId is not of the right form/],
  ['project add', { ...described, 'repository-id': '77', farm: 'moonfarm' }, /no farm connection "moonfarm"/],
  ['trust add', { project: 'prj_x', policy: '/nowhere' }, /--policy: the file \/nowhere cannot be read/],
  ['trust revoke', { trust: 'tru_x' }, /nothing with this id/],
])('%s with %j says what is wrong', async (command, options, message) => {
  await expect(run(command, options as Record<string, string>)).rejects.toThrow(message);
});

test('nothing is approved that does not exist', async () => {
  const system = world.backend.contexts.system('test');
  for (const project of ['prj_x', world.tenant.projectId.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x'))]) {
    await expect(approveProject(system, { project })).rejects.toMatchObject({ code: 'not_found' });
  }
});
