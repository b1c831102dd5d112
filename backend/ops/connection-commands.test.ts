import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Context } from '../context.ts';
import { openTenant } from '../testing/kept.ts';
import { startWorld, type World } from '../testing/world.ts';
import { CONNECTION_COMMANDS } from './connection-commands.ts';

const ARN = 'arn:aws:devicefarm:us-west-2:123456789012:project:one';
const KEY = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'canary-secret-access-key' };
let world: World;
let ctx: Context;
beforeAll(async () => {
  world = await startWorld();
  ctx = await openTenant(world, { actor: { kind: 'operator' } });
});
afterAll(() => world.stop());

async function* input(text: string): AsyncIterable<string> {
  yield text.slice(0, 3);
  yield text.slice(3);
}
const run = (command: string, options: Record<string, string> = {}, text = '') =>
  CONNECTION_COMMANDS[command]!(ctx, options, input(text));

describe('connection', () => {
  const settings = JSON.stringify({ projectArn: ARN });

  test('add, list, rotate and remove, with the credential on standard input', async () => {
    const added = await run('connection add', { kind: 'aws_device_farm', name: 'aws', settings }, JSON.stringify(KEY));
    const id = /con_\w+/.exec(added)?.[0] ?? '';
    expect(await run('connection list')).toContain(`${id} aws_device_farm connected aws`);
    await run('connection rotate', { connection: id }, JSON.stringify({ ...KEY, sessionToken: 'a-session' }));
    await run('connection remove', { connection: id });
    expect(await run('connection list')).not.toContain(`${id} aws_device_farm connected`);
    expect(added).not.toContain('canary');
  });

  test.each<[string, Record<string, string>, string, RegExp]>([
    ['no kind', { name: 'x' }, '{}', /--kind/],
    ['no JSON', { kind: 'aws_device_farm', name: 'x' }, 'secret', /^Standard input is not JSON\.$/],
    ['a list', { kind: 'aws_device_farm', name: 'x' }, '[]', /not a JSON object/],
    ['settings that are none', { kind: 'aws_device_farm', name: 'x', settings: '{' }, '{}', /--settings is not JSON/],
    ['a wrong acceptance', { kind: 'browserstack', name: 'x', 'accept-forgetting': '{}' }, '{}', /--accept-forgetting/],
    [
      'a base URL of the operator’s network',
      {
        kind: 'aws_device_farm',
        name: 'x',
        settings: JSON.stringify({ projectArn: ARN, baseUrl: 'http://10.0.0.5/' }),
      },
      JSON.stringify(KEY),
      /^This farm cannot be connected: settings\.baseUrl .* not https\. The operator opens others in OUTGOING_HOSTS\.$/,
    ],
    ['a credential of another farm', { kind: 'aws_device_farm', name: 'x', settings }, '{"k":1}', /credential/],
  ])('with %s is refused, and no word of the input is said', async (_, options, text, message) => {
    const error = await run('connection add', options, text).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
    expect(String(error)).not.toContain('secret"');
  });

  test('a farm that forgets less than verified asks for the acceptance by name', async () => {
    const browserstack = { kind: 'browserstack', name: 'bs', settings: '{"resultsExpireAfterDays":60}' };
    const key = JSON.stringify({ username: 'robot', accessKey: 'canary-access-key' });
    await expect(run('connection add', browserstack, key)).rejects.toMatchObject({ field: 'acceptForgetting' });
    const accept = '{"uploads":{"how":"verified"},"results":{"how":"expires","days":60}}';
    expect(await run('connection add', { ...browserstack, 'accept-forgetting': accept }, key)).toMatch(/^Connected/);
  });
});

test('secret set takes the value from standard input, without its last line break', async () => {
  const options = { project: world.tenant.projectId, name: 'PASSWORD' };
  expect(await run('secret set', options, 'a-value\n')).toContain('secret:PASSWORD');
  await expect(run('secret set', options, 'abc\n')).rejects.toMatchObject({ message: /6 to 4096/ });
  await expect(run('secret set', { ...options, name: 'a b' }, 'a-value')).rejects.toMatchObject({ message: /name/ });
});
