/** Who has a device: a folder on it, made once. One whose job is gone, or whose process has ended, is taken over. */
import { isKeyName } from '../key-names.ts';
import type { Device } from './adb.ts';
import { LEASE, ROOT } from './job-script.ts';
import { quote } from './quote.ts';
import { look } from './seen.ts';

/** Who cleans up after a job has the device under another name than the job: it has ended, and its lease could be taken. */
export const cleanerOf = (name: string): string => `clean-${name}`;

const take = (holder: string): string =>
  `mkdir -p ${ROOT}/jobs && mkdir ${LEASE} 2>/dev/null && echo ${holder} > ${LEASE}/job`;
const drop = (holder: string): string =>
  `[ "$(cat ${LEASE}/job 2>/dev/null)" = ${quote(holder)} ] && rm -rf ${LEASE}; true`;

/** Whether the device is the holder's now. @throws FarmError `broken` */
export async function takeLease(device: Device, holder: string): Promise<boolean> {
  if ((await device.shell(take(holder))).code === 0) return true;
  const current = (await device.shell(`cat ${LEASE}/job`)).text.trim();
  if (current === holder) return true;
  if (!(await isOver(device, current))) return false;
  await device.shell(drop(current));
  return (await device.shell(take(holder))).code === 0;
}

export async function dropLease(device: Device, holder: string): Promise<void> {
  await device.shell(drop(holder));
}

/** What has not begun on the device, and who cleans up, keep it for as long as that may take. */
async function isOver(device: Device, holder: string): Promise<boolean> {
  const { state } = isKeyName(holder) ? await look(device, holder) : { state: 'prepared' };
  if (state !== 'prepared') return state !== 'running';
  return (await device.shell(`[ -n "$(find ${LEASE} -maxdepth 0 -mmin +15)" ]`)).code === 0;
}
