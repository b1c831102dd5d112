/** Files at BrowserStack: each carries its key as `custom_id`, so that one whose answer was lost is found again. */
import type { Framework } from '../../contract/terms.ts';
import { nameOfKey } from '../key-names.ts';
import { FarmError, type FarmUpload, type FileRole, type UploadRequest } from '../port.ts';
import type { BrowserstackCalls } from './calls.ts';
import { AppList, SuiteList, UploadedApp, UploadedSuite } from './wire.ts';

const KEPT_MS = 30 * 86_400_000;

const FRAMEWORKS = { instrumentation: 'espresso', xcuitest: 'xcuitest', maestro: 'maestro' } as const;
export type Named = (typeof FRAMEWORKS)[keyof typeof FRAMEWORKS];

/** @throws FarmError `refused` */
export function nameOf(framework: Framework): Named {
  const named = (FRAMEWORKS as Partial<Record<Framework, Named>>)[framework];
  if (!named) throw new FarmError('refused', `BrowserStack does not run ${framework}.`);
  return named;
}

const folderOf = (named: Named, role: FileRole): string =>
  `/app-automate/${named}/v2/${role === 'app' ? 'app' : 'test-suite'}`;

export async function giveUpload(calls: BrowserstackCalls, request: UploadRequest, now: number): Promise<FarmUpload> {
  const { key, role, framework, file } = request;
  const named = nameOf(framework);
  const [earlier] = await findUploads(calls, named, role, key);
  const expiresAt = new Date(now + KEPT_MS);
  if (earlier) return { id: earlier.url, expiresAt };
  const path = folderOf(named, role);
  if (role === 'app') {
    return { id: (await calls.sendForm(path, file, nameOfKey(key), UploadedApp)).app_url, expiresAt };
  }
  return { id: (await calls.sendForm(path, file, nameOfKey(key), UploadedSuite)).test_suite_url, expiresAt };
}

async function findUploads(calls: BrowserstackCalls, named: Named, role: FileRole, key: string) {
  const path = `${folderOf(named, role)}s`;
  const all = role === 'app' ? (await calls.get(path, AppList)).apps : (await calls.get(path, SuiteList)).test_suites;
  return all
    .filter(({ custom_id }) => custom_id === nameOfKey(key))
    .map((each) => ({
      id: (role === 'app' ? each.app_id : each.test_suite_id) ?? '',
      url: (role === 'app' ? each.app_url : each.test_suite_url) ?? '',
    }));
}

type Dropped = Pick<UploadRequest, 'key' | 'role' | 'framework'>;

/** Verified by listing again. @throws FarmError */
export async function dropUpload(calls: BrowserstackCalls, { key, role, framework }: Dropped): Promise<void> {
  const named = nameOf(framework);
  const found = await findUploads(calls, named, role, key);
  for (const { id } of found) await calls.remove(`${folderOf(named, role)}s/${encodeURIComponent(id)}`);
  if (found.length > 0 && (await findUploads(calls, named, role, key)).length > 0) {
    throw new FarmError('broken', 'The farm still has a file that it was told to delete.');
  }
}
