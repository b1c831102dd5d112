/** The pages in a real browser, as a reviewer opens them. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';
import { signIn } from '../person.ts';
import { API_DEMOS, startStep } from '../workflow-step.ts';
import { startWorld, type World } from '../world.ts';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-sync',
];

let world: World;
let browser: Browser;
let runId: string;

beforeAll(async () => {
  world = await startWorld();
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGUMENTS });
  const title = '<script>document.title = "taken"</script>';
  const step = await startStep(world, { app: API_DEMOS, name: 'app.apk', title });
  runId = (await step.finished).outputs['run-id'] ?? '';
  await step.remove();
});

afterAll(async () => {
  await browser.close();
  await world.stop();
});

test('a one-time link signs in by its button and opens the report, without JavaScript', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const link = await world.signInLink(`/runs/${runId}`);
  await page.goto(link);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`**/runs/${runId}`);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toMatch(/failed/i);
  const text = await page.locator('main').textContent();
  expect(text).toContain('io.appium.android.apis');
  expect(text).toContain('<script>document.title = "taken"</script>');
  // The first failure shows its message.
  expect(text).toMatch(/minimum SDK is 17/);

  const cookies = await context.cookies();
  expect(cookies).toHaveLength(1);
  expect(cookies[0]).toMatchObject({ httpOnly: true, sameSite: 'Lax' });

  // The link was used up.
  const second = await browser.newPage();
  await second.goto(link);
  await second.getByRole('button', { name: 'Sign in' }).click();
  expect(await second.locator('main').textContent()).toMatch(/nothing here/i);
  await context.close();
});

test('without a session the report is refused, and nothing of the run shows', async () => {
  const page = await browser.newPage();
  const answer = await page.goto(`${world.backend.url}/runs/${runId}`);
  expect(answer?.status()).toBe(401);
  expect(await page.content()).not.toContain('io.appium');
  await page.close();
});

test('a report runs no script and breaks no policy, wide or narrow, light or dark', async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 800 }, colorScheme: 'dark' });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(await world.signInLink(`/runs/${runId}`));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`**/runs/${runId}`);
  expect(await page.title()).not.toBe('taken');
  expect(complaints).toEqual([]);
  // The build's own icon, shown.
  expect(await page.evaluate('document.querySelector("img.icon").naturalWidth')).toBe(96);
  const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
  expect(overflow).toBeLessThanOrEqual(0);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto(`${world.backend.url}/runs/${runId}`);
  expect(await page.locator('main').textContent()).toMatch(/sign-in link/i);
  await context.close();
});

test('an admin binds a project by a proof at GitHub, and sees who is asked', async () => {
  const { otherRepository, people, signIns } = world.github;
  const admin = await signIn(world);
  const { id: repositoryId, ownerId, fullName: repository } = otherRepository;
  const project = { name: 'The <other> app', issuer: world.oidc.issuer, ownerId, repositoryId, repository };
  expect((await admin.ask('POST', '/v1/projects', project)).status).toBe(201);
  signIns.roles.set(`${people.writer.login} ${repository}`, 'admin');
  signIns.atBrowser = people.writer;

  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(await world.signInLink('/projects'));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/projects');
  expect(await page.locator('main').textContent()).toContain('Waits for a proof');
  await page.getByRole('link', { name: 'Prove access at GitHub' }).click();
  await page.waitForURL('**/connect/github?**');
  const asked = await page.locator('main').textContent();
  for (const word of [repository, people.writer.login, 'admin@example.com', project.name])
    expect(asked).toContain(word);
  await page.getByRole('button', { name: 'Bind it' }).click();
  await page.waitForURL('**/projects');
  expect(await page.locator('main').textContent()).not.toContain('Waits for a proof');
  await context.close();
});
