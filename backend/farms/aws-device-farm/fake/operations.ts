/** What each operation of the fake Device Farm answers. */
import { randomUUID } from 'node:crypto';

export type Plan = {
  queueMs: number;
  runMs: number;
  result: string;
  resultCode?: string;
  message?: string;
  /** Instead of the status that the clock gives. */
  status?: string;
  /** `class#method` with its result. */
  tests: Record<string, string>;
  /** Uploads stay as they were made, whatever is put. */
  losesUploads: boolean;
  /** Tests in a page. */
  page: number;
  /** Pages lead back to the first. */
  circles: boolean;
  /** What the counters say beside the tests that are there. */
  uncounted: number;
};

export const PLAN: Plan = {
  queueMs: 1_000,
  runMs: 60_000,
  result: 'PASSED',
  tests: {
    'com.example.AppTest#opens': 'PASSED',
    'com.example.AppTest#signsIn': 'PASSED',
    'com.example.B#c': 'PASSED',
  },
  losesUploads: false,
  page: 2,
  circles: false,
  uncounted: 0,
};

export type FakeUpload = { arn: string; name: string; bytes: number | null };
export type FakeAwsRun = { arn: string; name: string; plan: Plan; startedAt: number; stoppedAt: number | null };
type Answer = Record<string, unknown> | { error: string; message: string };
export type Operation = (input: Record<string, unknown>) => Answer;

type State = {
  now: number;
  plan: Plan;
  links: number;
  uploads: Map<string, FakeUpload>;
  runs: Map<string, FakeAwsRun>;
  starts: string[];
  baseUrl: string;
};

const arnOf = (kind: string, id: string): string => `arn:aws:devicefarm:us-west-2:123456789012:${kind}:${id}`;
const idOf = (arn: unknown): string => String(arn).split(':').at(-1) ?? '';
const missing = (what: string) => ({ error: 'NotFoundException', message: `No ${what} was found.` });

export function artifactsOf(run: string): { name: string; type: string; category: string; content: string }[] {
  return [
    { name: 'Logcat', type: 'DEVICE_LOG', category: 'LOG', content: `the log of ${run}\n`.repeat(20) },
    { name: 'Video', type: 'VIDEO', category: 'FILE', content: `frames of ${run}` },
    { name: 'end', type: 'SCREENSHOT', category: 'SCREENSHOT', content: 'pixels' },
    { name: 'new', type: 'HOLOGRAM', category: 'FILE', content: 'of a kind that nobody knows yet' },
  ];
}

export function isActive({ plan, startedAt, stoppedAt }: FakeAwsRun, now: number): boolean {
  const end = startedAt + plan.queueMs + plan.runMs;
  return now < end && (stoppedAt === null || stoppedAt >= end);
}

export function operationsOf(state: State): Record<string, Operation> {
  const page = (name: string, all: unknown[], input: Record<string, unknown>, plan = state.plan): Answer => {
    const from = Number(String(input.nextToken ?? 'page-0').replace('page-', ''));
    const to = from + plan.page;
    const next = plan.circles ? 'page-0' : to < all.length ? `page-${to}` : undefined;
    return { [name]: all.slice(from, to), ...(next === undefined ? {} : { nextToken: next }) };
  };
  const view = (upload: FakeUpload): Record<string, unknown> => {
    const status =
      upload.bytes === null || state.plan.losesUploads ? 'INITIALIZED' : upload.bytes === 0 ? 'FAILED' : 'SUCCEEDED';
    const why =
      status === 'FAILED' ? { message: 'The file is empty.', metadata: '{"errorMessage":"no manifest"}' } : {};
    return { arn: arnOf('upload', upload.arn), name: upload.name, status, type: 'ANDROID_APP', ...why };
  };
  const statusOf = (run: FakeAwsRun): Record<string, unknown> => {
    const { plan } = run;
    const [running, end] = [run.startedAt + plan.queueMs, run.startedAt + plan.queueMs + plan.runMs];
    const stopped = run.stoppedAt !== null && run.stoppedAt < end;
    const isOver = stopped || state.now >= end;
    const status = plan.status ?? (isOver ? 'COMPLETED' : state.now < running ? 'PENDING_CONCURRENCY' : 'RUNNING');
    const total = stopped ? 0 : Object.keys(plan.tests).length + plan.uncounted;
    return {
      arn: arnOf('run', run.arn),
      name: run.name,
      status,
      result: isOver ? (stopped ? 'STOPPED' : plan.result) : 'PENDING',
      ...(isOver && plan.resultCode ? { resultCode: plan.resultCode } : {}),
      ...(isOver && plan.message ? { message: plan.message } : {}),
      counters: { total },
      deviceMinutes: { total: plan.runMs / 60_000, metered: 0.5, unmetered: 0 },
      webUrl: `https://us-west-2.console.aws.amazon.com/devicefarm/home#/runs/${run.arn}`,
    };
  };
  const withRun = (arn: unknown, answer: (run: FakeAwsRun) => Answer): Answer => {
    const run = state.runs.get(idOf(arn).split('/')[0] ?? '');
    return run ? answer(run) : missing('run');
  };

  return {
    CreateUpload: ({ name }) => {
      const upload = { arn: randomUUID(), name: String(name), bytes: null };
      state.uploads.set(upload.arn, upload);
      return { upload: { ...view(upload), url: `${state.baseUrl}/store/${upload.arn}` } };
    },
    GetUpload: ({ arn }) => {
      const upload = state.uploads.get(idOf(arn));
      return upload ? { upload: view(upload) } : missing('upload');
    },
    ListUploads: (input) => page('uploads', [...state.uploads.values()].map(view), input),
    DeleteUpload: ({ arn }) => (state.uploads.delete(idOf(arn)) ? {} : missing('upload')),
    ScheduleRun: (input) => {
      const app = state.uploads.get(idOf(input.appArn));
      if (!app || view(app).status !== 'SUCCEEDED') {
        return { error: 'ArgumentException', message: 'Missing or unprocessed resources.' };
      }
      const run = {
        arn: randomUUID(),
        name: String(input.name),
        plan: state.plan,
        startedAt: state.now,
        stoppedAt: null,
      };
      state.runs.set(run.arn, run);
      state.starts.push(run.name);
      return { run: statusOf(run) };
    },
    GetRun: ({ arn }) => withRun(arn, (run) => ({ run: statusOf(run) })),
    ListRuns: (input) => page('runs', [...state.runs.values()].map(statusOf), input),
    StopRun: ({ arn }) =>
      withRun(arn, (run) => {
        run.stoppedAt ??= state.now;
        return { run: statusOf(run) };
      }),
    DeleteRun: ({ arn }) =>
      withRun(arn, (run) => {
        if (statusOf(run).status !== 'COMPLETED')
          return { error: 'InvalidOperationException', message: 'It is active.' };
        state.runs.delete(run.arn);
        return {};
      }),
    ListJobs: (input) =>
      withRun(input.arn, (run) => page('jobs', [{ arn: arnOf('job', `${run.arn}/0`), name: 'Pixel' }], input)),
    ListSuites: (input) =>
      withRun(input.arn, ({ arn, plan }) => {
        const own = Object.keys(plan.tests).map((test) => test.split('#')[0]);
        const names = [...new Set(['Setup Suite', ...own, 'Teardown Suite'])];
        const suites = names.map((name) => ({ arn: arnOf('suite', `${arn}/0/${name}`), name, result: 'PASSED' }));
        return page('suites', suites, input);
      }),
    ListTests: (input) =>
      withRun(input.arn, ({ arn, plan }) => {
        const suite = idOf(input.arn).split('/')[2] ?? '';
        const own = Object.entries(plan.tests).filter(([test]) => test.split('#')[0] === suite);
        const tests = own.map(([test, result]) => ({
          arn: arnOf('test', `${arn}/0/${test}`),
          name: test.split('#')[1],
          result,
          message: result === 'PASSED' ? '' : 'expected true',
          started: 1_700_000_000,
          stopped: 1_700_000_002.5,
        }));
        return page('tests', tests, input);
      }),
    ListArtifacts: (input) =>
      withRun(input.arn, (run) => {
        const all = artifactsOf(run.arn).filter(({ category }) => category === input.type);
        const artifacts = all.map(({ name, type }) => ({
          arn: arnOf('artifact', `${run.arn}/${name}`),
          name,
          type,
          extension: 'txt',
          url: `${state.baseUrl}/store/${state.links}/${run.arn}/${name}`,
        }));
        return page('artifacts', artifacts, input);
      }),
    ListDevices: (input) => {
      const devices = ['13', '14', '15'].map((os) => ({
        name: 'Google Pixel 8',
        model: 'Google Pixel 8',
        os,
        platform: 'ANDROID',
      }));
      return page(
        'devices',
        [...devices, { name: 'Apple iPhone 15', model: 'Apple iPhone 15', os: '17.4', platform: 'IOS' }],
        input,
      );
    },
  };
}
