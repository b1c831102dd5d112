/** Jobs and files for tests of farms. */
import { createHash } from 'node:crypto';
import type { ArtifactKind } from '../contract/terms.ts';
import type { FarmFile, FarmJob } from '../farms/port.ts';

export function farmFile(name: string, kind: ArtifactKind, bytes: Uint8Array): FarmFile {
  return {
    name,
    kind,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    async *open() {
      if (bytes.length > 0) yield bytes;
    },
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  };
}

export function farmJob(key: string, app: FarmFile, more: Partial<FarmJob> = {}): FarmJob {
  return {
    key,
    app,
    tests: null,
    device: { model: 'Pixel 8', os: '34', orientation: 'portrait', locale: null },
    framework: 'instrumentation',
    env: {},
    shard: { index: 0, count: 1 },
    only: null,
    except: [],
    attempts: 1,
    timeoutMs: 600_000,
    nudgeUrl: null,
    ...more,
  };
}
