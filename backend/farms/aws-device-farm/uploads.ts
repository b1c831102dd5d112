/** Files at AWS Device Farm: named by their key, so that one whose answer was lost is found again. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Framework } from '../../contract/terms.ts';
import type { Outgoing } from '../../outgoing/port.ts';
import { FarmError, type FarmUpload, type UploadRequest } from '../port.ts';
import { type AwsClient, isNotFound } from './client.ts';
import type { AwsSettings } from './settings.ts';
import { putFile, requireOurs } from './transfer.ts';
import { Nothing, OneUpload, Uploads } from './wire.ts';

const DAY_MS = 86_400_000;
/** The farm keeps an upload for so long. */
const KEPT_DAYS = 30;

const TEST_PACKAGE: Partial<Record<Framework, string>> = {
  instrumentation: 'INSTRUMENTATION_TEST_PACKAGE',
  xcuitest: 'XCTEST_UI_TEST_PACKAGE',
  appium: 'APPIUM_NODE_TEST_PACKAGE',
};

/** Milliseconds: between two looks, for all of them, and after which bytes that were sent have not arrived. */
export type Pace = { lookMs: number; processedMs: number; arrivedMs: number };

type Deps = { client: AwsClient; settings: AwsSettings; outgoing: Outgoing; pace: Pace; now: () => number };
type Found = { arn: string; status?: string | undefined };

/** @throws FarmError `refused` with the farm's reason when it cannot use the file */
export async function giveUpload(deps: Deps, { key, role, framework, file }: UploadRequest): Promise<FarmUpload> {
  const { client, settings, now } = deps;
  const isIos = file.kind === 'ipa';
  const type = role === 'app' ? (isIos ? 'IOS_APP' : 'ANDROID_APP') : TEST_PACKAGE[framework];
  if (!type) throw new FarmError('refused', `AWS Device Farm takes no file of tests for ${framework}.`);
  const done = (arn: string): FarmUpload => ({ id: arn, expiresAt: new Date(now() + KEPT_DAYS * DAY_MS) });

  for (const earlier of await findUploads(deps, key)) {
    if (earlier.status === 'SUCCEEDED') return done(earlier.arn);
    if (earlier.status === 'PROCESSING') return done(await waitProcessed(deps, earlier.arn));
    await deleteUpload(client, earlier.arn);
  }
  const name = `${key}.${role === 'app' ? (isIos ? 'ipa' : 'apk') : extensionOf(type)}`;
  const input = { projectArn: settings.projectArn, name, type, contentType: 'application/octet-stream' };
  const { upload } = await client.call('CreateUpload', input, OneUpload);
  await putFile(deps.outgoing, requireOurs(upload.url, settings.baseUrl), file);
  return done(await waitProcessed(deps, upload.arn));
}

const extensionOf = (type: string): string => (type === 'INSTRUMENTATION_TEST_PACKAGE' ? 'apk' : 'zip');

async function waitProcessed({ client, pace, now }: Deps, arn: string): Promise<string> {
  const since = now();
  for (;;) {
    const { upload } = await client.call('GetUpload', { arn }, OneUpload);
    if (upload.status === 'SUCCEEDED') return arn;
    if (upload.status === 'FAILED') throw new FarmError('refused', `The farm cannot use the file: ${reasonOf(upload)}`);
    const waited = now() - since;
    if (upload.status === 'INITIALIZED' && waited > pace.arrivedMs) {
      // The bytes never landed, whatever the store said: nobody must wait for them.
      await deleteUpload(client, arn);
      throw new FarmError('broken', 'The file was sent, and the farm never got it.');
    }
    if (waited > pace.processedMs) throw new FarmError('broken', 'The farm has not processed the file in time.');
    await sleep(pace.lookMs);
  }
}

/** Why a file was not taken stands in the message, in the metadata, or in both. */
function reasonOf({ message, metadata }: { message?: string | undefined; metadata?: string | undefined }): string {
  const said = [message, metadata].filter((each) => each && each !== '{}');
  return (said.join(' ') || 'it gives no reason.').slice(0, 1_000);
}

async function findUploads({ client, settings }: Deps, key: string): Promise<Found[]> {
  const all = await client.list('ListUploads', { arn: settings.projectArn }, Uploads);
  return all.filter(({ name }) => name?.startsWith(`${key}.`) && /^\w+$/.test(name.slice(key.length + 1)));
}

/** Verified by asking again. @throws FarmError */
export async function dropUpload(deps: Deps, upload: { key: string; id: string | null }): Promise<void> {
  const arns = upload.id ? [upload.id] : (await findUploads(deps, upload.key)).map(({ arn }) => arn);
  for (const arn of arns) {
    await deleteUpload(deps.client, arn);
    const isGone = await deps.client.call('GetUpload', { arn }, OneUpload).then(
      () => false,
      (error: unknown) => {
        if (isNotFound(error)) return true;
        throw error;
      },
    );
    if (!isGone) throw new FarmError('broken', 'The farm still has a file that it was told to delete.');
  }
}

async function deleteUpload(client: AwsClient, arn: string): Promise<void> {
  await client.call('DeleteUpload', { arn }, Nothing).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
}
