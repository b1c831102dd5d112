/** Calls to AWS Device Farm by AWS's own client, with every way of failing told apart. It tries nothing again by itself. */
import type * as Sdk from '@aws-sdk/client-device-farm';
import type * as z from 'zod/mini';
import type { Outgoing } from '../../outgoing/port.ts';
import { FarmError } from '../port.ts';
import { notReached, wasNotSent } from '../reach.ts';
import { requestHandler } from './request-handler.ts';
import type { AwsCredential, AwsSettings } from './settings.ts';

const COMMANDS = {
  CreateUpload: (sdk: typeof Sdk) => sdk.CreateUploadCommand,
  GetUpload: (sdk: typeof Sdk) => sdk.GetUploadCommand,
  ListUploads: (sdk: typeof Sdk) => sdk.ListUploadsCommand,
  DeleteUpload: (sdk: typeof Sdk) => sdk.DeleteUploadCommand,
  ScheduleRun: (sdk: typeof Sdk) => sdk.ScheduleRunCommand,
  GetRun: (sdk: typeof Sdk) => sdk.GetRunCommand,
  ListRuns: (sdk: typeof Sdk) => sdk.ListRunsCommand,
  StopRun: (sdk: typeof Sdk) => sdk.StopRunCommand,
  DeleteRun: (sdk: typeof Sdk) => sdk.DeleteRunCommand,
  ListJobs: (sdk: typeof Sdk) => sdk.ListJobsCommand,
  ListSuites: (sdk: typeof Sdk) => sdk.ListSuitesCommand,
  ListTests: (sdk: typeof Sdk) => sdk.ListTestsCommand,
  ListArtifacts: (sdk: typeof Sdk) => sdk.ListArtifactsCommand,
  ListDevices: (sdk: typeof Sdk) => sdk.ListDevicesCommand,
} as const;
export type AwsCall = keyof typeof COMMANDS;

/** More pages than any run has; a farm whose pages go in a circle ends here. */
const MAX_PAGES = 1_000;

export type AwsClient = ReturnType<typeof createAwsClient>;

/** @param options.timeoutMs milliseconds to wait for an answer */
export function createAwsClient(
  settings: AwsSettings,
  credential: AwsCredential | null,
  { outgoing, timeoutMs }: { outgoing: Outgoing; timeoutMs: number },
) {
  // Loaded with the first call: a server without this farm must not pay for it.
  let opened: Promise<{ sdk: typeof Sdk; client: Sdk.DeviceFarmClient }> | null = null;
  const open = async () => {
    if (!credential) throw new FarmError('refused', 'The connection has no credential.');
    const sdk = await import('@aws-sdk/client-device-farm');
    const client = new sdk.DeviceFarmClient({
      region: settings.region,
      credentials: { ...credential },
      maxAttempts: 1,
      requestHandler: requestHandler(outgoing),
      ...(settings.baseUrl ? { endpoint: settings.baseUrl } : {}),
    });
    return { sdk, client };
  };

  /**
   * @param mayStart whether an answer that is lost leaves something started
   * @throws FarmError
   */
  async function call<T>(name: AwsCall, input: object, schema: z.ZodMiniType<T>, mayStart = false): Promise<T> {
    opened ??= open();
    const { sdk, client } = await opened;
    const Command = COMMANDS[name](sdk) as unknown as new (input: object) => Parameters<typeof client.send>[0];
    let answer: unknown;
    try {
      answer = await client.send(new Command(input), { abortSignal: AbortSignal.timeout(timeoutMs) });
    } catch (error) {
      throw failure(error, mayStart);
    }
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw new FarmError(mayStart ? 'unknown_outcome' : 'broken', 'The farm’s answer is not understood.');
  }

  /** Every page. @throws FarmError, also where pages are missing or go in a circle */
  async function list<T>(
    name: AwsCall,
    input: object,
    schema: z.ZodMiniType<{ items: T[]; nextToken?: string | undefined }>,
  ): Promise<T[]> {
    const items: T[] = [];
    const seen = new Set<string>();
    let nextToken: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const got = await call(name, { ...input, ...(nextToken ? { nextToken } : {}) }, schema);
      items.push(...got.items);
      nextToken = got.nextToken;
      if (!nextToken) return items;
      if (seen.has(nextToken)) break;
      seen.add(nextToken);
    }
    throw new FarmError('broken', 'The farm’s pages have no end.');
  }

  return { call, list };
}

type AwsFailure = {
  name?: string;
  message?: string;
  $metadata?: { httpStatusCode?: number };
  $response?: { statusCode?: number; headers?: Record<string, string> };
  $retryable?: { throttling?: boolean };
};

/** Whether the farm says that there is no such thing (any more). */
export const isNotFound = (error: unknown): boolean =>
  error instanceof FarmError && (error.cause as AwsFailure | undefined)?.name === 'NotFoundException';

function failure(error: unknown, mayStart: boolean): FarmError {
  const refused = notReached(error);
  if (refused) return refused;
  const { name = '', message = '', $metadata, $response, $retryable } = error as AwsFailure;
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  const lost = mayStart ? 'unknown_outcome' : 'broken';
  const cause = { name };
  if (status === 429 || $retryable?.throttling || /throttl|TooManyRequests/i.test(name)) {
    const seconds = Number($response?.headers?.['retry-after']);
    const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
    return new FarmError('broken', 'The farm asks for patience.', { cause, ...(retryAfterMs ? { retryAfterMs } : {}) });
  }
  if (status === undefined || status < 400) {
    return new FarmError(wasNotSent(error) ? 'broken' : lost, 'The farm did not answer.', { cause });
  }
  if (status >= 500) return new FarmError(lost, `The farm failed with status ${status}.`, { cause });
  const said = /Exception$/.test(name) ? `${name}: ${message.slice(0, 300)}` : `status ${status}`;
  return new FarmError('refused', `The farm refused the request (${said}).`, { cause });
}
