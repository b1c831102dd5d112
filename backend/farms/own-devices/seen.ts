/** How a job stands on its device: one look at its folder. */
import { FarmError } from '../port.ts';
import type { Device } from './adb.ts';
import { folderOf } from './job-script.ts';

export type Seen = {
  state: 'none' | 'prepared' | 'running' | 'ended' | 'lost';
  /** The device was started anew since. */
  isRebooted: boolean;
  isStopped: boolean;
  isLate: boolean;
  /** Milliseconds from its begin to its end, by the device's clock; null while it runs. */
  tookMs: number | null;
};

/** Whether it lives is asked before whether it has ended: one that ends between the two is seen to have ended. */
const LOOK = (name: string): string => `cd ${folderOf(name)} 2>/dev/null || { echo folder=none; exit 0; }
[ -d begun ] && echo begun=yes
pid=$(cat pid 2>/dev/null)
[ -n "$pid" ] && kill -0 "$pid" 2>/dev/null && grep -q ${name} /proc/"$pid"/cmdline && echo alive=yes
[ -e rc ] && echo rc=$(cat rc)
[ -e stop ] && echo stop=yes
[ -e late ] && echo late=yes
[ -e boot ] && echo boot=$(cat boot)
echo now=$(cat /proc/sys/kernel/random/boot_id)
[ -e began ] && echo began=$(cat began)
[ -e ended ] && echo ended=$(cat ended)
true`;

/** @throws FarmError `broken` */
export async function look(device: Device, name: string): Promise<Seen> {
  const { code, text } = await device.shell(LOOK(name));
  if (code !== 0) throw new FarmError('broken', 'The device does not say how the job stands.');
  const said = new Map(text.split('\n').map((line) => line.split('=', 2) as [string, string]));
  const has = (key: string): boolean => said.has(key);
  const isRebooted = has('boot') && said.get('boot') !== said.get('now');
  const seconds = Number(said.get('ended')) - Number(said.get('began'));
  return {
    state: stateOf(has, isRebooted),
    isRebooted,
    isStopped: has('stop'),
    isLate: has('late'),
    tookMs: has('ended') && Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : null,
  };
}

function stateOf(has: (key: string) => boolean, isRebooted: boolean): Seen['state'] {
  if (has('folder')) return 'none';
  if (has('rc')) return 'ended';
  if (!has('begun')) return 'prepared';
  return has('alive') && !isRebooted ? 'running' : 'lost';
}
