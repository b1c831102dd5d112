/** Files that a step left in the tenant's own bucket. An address that leads elsewhere is not followed. */
import type { EvidenceKind } from '../../contract/terms.ts';
import { FarmError, type FarmEvidence } from '../port.ts';
import type { GoogleClient } from './client.ts';
import { nameInBucket, objectPath } from './objects.ts';
import type { FirebaseSettings } from './settings.ts';
import type { Step } from './wire.ts';

type Kind = readonly [RegExp, EvidenceKind, string];
/** The first that fits a file's name. */
const KINDS: readonly Kind[] = [
  [/\.mp4$/, 'video', 'video/mp4'],
  [/\.png$/, 'screenshot', 'image/png'],
  [/\.jpe?g$/, 'screenshot', 'image/jpeg'],
  [/(^|\/)data_app_crash.*|(^|\/)anr/, 'crash_log', 'text/plain; charset=utf-8'],
  [/(^|\/)(logcat|syslog)[^/]*$/, 'device_log', 'text/plain; charset=utf-8'],
  [/(^|\/)instrumentation\.results$|xcodebuild_output\.log$/, 'session_log', 'text/plain; charset=utf-8'],
  [/\.xml$/, 'report', 'application/xml'],
  [/\.(txt|log)$/, 'app_log', 'text/plain; charset=utf-8'],
  [/./, 'report', 'application/octet-stream'],
];

export function evidenceOf(
  { client, settings: { bucket } }: { client: GoogleClient; settings: FirebaseSettings },
  { testExecutionStep }: Step,
): FarmEvidence[] {
  const { toolLogs = [], toolOutputs = [] } = testExecutionStep?.toolExecution ?? {};
  const reports = (testExecutionStep?.testSuiteOverviews ?? []).map(({ xmlSource }) => xmlSource?.fileUri);
  const addresses = [
    ...toolLogs.map((each) => each.fileUri),
    ...toolOutputs.map((each) => each.output?.fileUri),
    ...reports,
  ];
  return [...new Set(addresses)].flatMap((address) => {
    const object = nameInBucket(bucket, address ?? '');
    if (object === null) return [];
    const [, kind, contentType] = KINDS.find(([form]) => form.test(object))!;
    return {
      // The device's folder, which tells shards and attempts apart, and the file.
      name: object
        .split('/')
        .slice(-2)
        .join('.')
        .replace(/[^\w.-]+/g, '_')
        .slice(-150),
      kind,
      contentType,
      async *open(offset = 0) {
        const bytes = await client.open(objectPath(bucket, object), offset);
        if (!bytes) throw new FarmError('broken', 'The bucket has a file no more that the farm names.');
        yield* bytes;
      },
    };
  });
}
