/** Who has a device: a folder on it, made once. One whose job is gone, or whose process has ended, is taken over. */
import type { Device } from './adb.ts';
import { LEASE, ROOT } from './job-script.ts';
import { look } from './seen.ts';

const take = (holder: string): string =>
  `mkdir -p ${ROOT}/jobs && mkdir ${LEASE} 2>/dev/null && echo ${holder} > ${LEASE}/job`;

/** Whether the device is the holder's now. @throws FarmError `broken` */
export async function takeLease(device: Device, holder: string): Promise<boolean> {
  if ((await device.shell(take(holder))).code === 0) return true;
  const current = (await device.shell(`cat ${LEASE}/job`)).text.trim();
  if (current === holder) return true;
  if (current !== '' && !(await isOver(device, current))) return false;
  // A job that was never begun keeps it for as long as its preparation may take.
  const isOld = (await device.shell(`[ -n "$(find ${LEASE} -maxdepth 0 -mmin +15)" ]`)).code === 0;
  if (current === '' && !isOld) return false;
  await device.shell(`[ "$(cat ${LEASE}/job 2>/dev/null)" = '${current}' ] && rm -rf ${LEASE}`);
  return (await device.shell(take(holder))).code === 0;
}

export async function dropLease(device: Device, holder: string): Promise<void> {
  await device.shell(`[ "$(cat ${LEASE}/job 2>/dev/null)" = ${holder} ] && rm -rf ${LEASE}; true`);
}

async function isOver(device: Device, name: string): Promise<boolean> {
  if (!/^[0-9a-f]{40}$/.test(name)) return true;
  const { state } = await look(device, name);
  if (state !== 'prepared') return state !== 'running';
  return (await device.shell(`[ -n "$(find ${LEASE} -maxdepth 0 -mmin +15)" ]`)).code === 0;
}
