/**
 * Where things stand in the folder of blobs: `<container>/<name>`, and under names of our own, which begin with a dot as no
 * other may, what is not finished: `<container>/.incoming/<random>` and `.removed~<container>~<random>`.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

const NAME = /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127}$/;
const INCOMING = '.incoming';
const REMOVED = '.removed';

export function containerPath(root: string, container: string): string {
  return join(root, checkedName(container));
}

export function blobPath(root: string, container: string, name: string): string {
  return join(containerPath(root, container), checkedName(name));
}

/** The folder of a container's unfinished blobs. */
export function incomingPath(root: string, container: string): string {
  return join(containerPath(root, container), INCOMING);
}

export function newIncomingPath(root: string, container: string): string {
  return join(incomingPath(root, container), randomName());
}

export function newRemovedPath(root: string, container: string): string {
  return join(root, removedPrefix(container) + randomName());
}

/** What the names of a container's removed folders begin with. */
export function removedPrefix(container: string): string {
  return `${REMOVED}~${checkedName(container)}~`;
}

export function isRemoved(entry: string): boolean {
  return entry.startsWith(`${REMOVED}~`);
}

/** Whether an entry of a folder is a container or a blob, and not a thing of ours. */
export function isName(entry: string): boolean {
  return NAME.test(entry);
}

function checkedName(name: string): string {
  if (!isName(name)) {
    throw new RangeError('a container or blob name has 1 to 128 letters, digits, "_", "-" or, not first, "."');
  }
  return name;
}

function randomName(): string {
  return randomBytes(12).toString('hex');
}
