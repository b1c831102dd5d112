/** The matrices of the fake: their states by its clock, and what Tool Results and the bucket have of them at the end. */

export type Plan = {
  queueMs: number;
  runMs: number;
  /** Of the matrix, at its end. */
  state: string;
  outcomeSummary: string | null;
  invalidMatrixDetails: string | null;
  /** Of its executions, at their end. */
  executionState: string;
  errorMessage: string | null;
  timedOut: boolean;
  /** One attempt after another: `class#method` with its status. */
  attempts: Record<string, string | null>[];
  /** Tests that are counted and not listed. */
  uncounted: number;
  pageSize: number;
};

export const PLAN: Plan = {
  queueMs: 1_000,
  runMs: 60_000,
  state: 'FINISHED',
  outcomeSummary: 'SUCCESS',
  invalidMatrixDetails: null,
  executionState: 'FINISHED',
  errorMessage: null,
  timedOut: false,
  attempts: [{ 'a.B#one': 'passed', 'a.B#two': null, 'a.C#three': 'skipped' }],
  uncounted: 0,
  pageSize: 2,
};

export type MatrixBody = {
  clientInfo: { clientInfoDetails: { key: string; value: string }[] };
  resultStorage: { googleCloudStorage: { gcsPath: string }; toolResultsHistory: { historyId: string } };
  [more: string]: unknown;
};
export type FakeMatrix = { id: string; body: MatrixBody; plan: Plan; startedAt: number; cancelledAt: number | null };

export const keyOf = ({ body }: FakeMatrix): string | undefined => body.clientInfo.clientInfoDetails[0]?.value;

export function stateOf(matrix: FakeMatrix, now: number): string {
  const { plan, startedAt, cancelledAt } = matrix;
  const end = startedAt + plan.queueMs + plan.runMs;
  if (cancelledAt !== null && cancelledAt < end) return 'CANCELLED';
  if (now >= end) return plan.state;
  return now < startedAt + plan.queueMs ? 'PENDING' : 'RUNNING';
}

const folderOf = ({ body }: FakeMatrix): string =>
  body.resultStorage.googleCloudStorage.gcsPath.replace(/^gs:\/\/[^/]+\//, '');
const attemptFolder = (matrix: FakeMatrix, index: number): string =>
  `${folderOf(matrix)}MediumPhone.arm-34-en-portrait${index === 0 ? '' : `-rerun_${index}`}/`;

/** Files of each attempt, by their names in the bucket. */
export function filesOf(matrix: FakeMatrix): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const index of matrix.plan.attempts.keys()) {
    for (const name of ['logcat', 'video.mp4', 'artifacts/screen.png', 'test_result_1.xml']) {
      files.set(attemptFolder(matrix, index) + name, Buffer.from(`${name} of attempt ${index}\n`.repeat(20)));
    }
  }
  return files;
}

export function matrixView(matrix: FakeMatrix, now: number, projectId: string): object {
  const state = stateOf(matrix, now);
  const { plan } = matrix;
  const isFinished = state === 'FINISHED';
  const hasBegun = state !== 'PENDING' && state !== 'INVALID';
  const at = {
    projectId,
    historyId: matrix.body.resultStorage.toolResultsHistory.historyId,
    executionId: `x-${matrix.id}`,
  };
  return {
    testMatrixId: matrix.id,
    projectId,
    ...matrix.body,
    state,
    ...(isFinished && plan.outcomeSummary ? { outcomeSummary: plan.outcomeSummary } : {}),
    ...(plan.invalidMatrixDetails && state === 'INVALID' ? { invalidMatrixDetails: plan.invalidMatrixDetails } : {}),
    resultStorage: {
      ...matrix.body.resultStorage,
      resultsUrl: `https://console.firebase.google.com/project/${projectId}/testlab/histories/h/matrices/1`,
      ...(hasBegun ? { toolResultsExecution: at } : {}),
    },
    ...(hasBegun
      ? {
          testExecutions: [
            {
              id: `${matrix.id}-1`,
              state: isFinished ? plan.executionState : state,
              ...(plan.errorMessage ? { testDetails: { errorMessage: plan.errorMessage } } : {}),
              toolResultsStep: { ...at, stepId: '0' },
            },
          ],
        }
      : {}),
  };
}

export function stepsOf(matrix: FakeMatrix, now: number, bucket: string): object[] {
  if (stateOf(matrix, now) !== 'FINISHED') return [];
  const { plan } = matrix;
  return plan.attempts.map((tests, index) => {
    const uri = (name: string) => `gs://${bucket}/${attemptFolder(matrix, index)}${name}`;
    const counts = Object.keys(tests).length;
    return {
      stepId: String(index),
      state: 'complete',
      outcome: {
        summary: 'success',
        ...(plan.timedOut ? { summary: 'failure', failureDetail: { timedOut: true } } : {}),
      },
      ...(plan.attempts.length > 1
        ? { multiStep: { ...(index > 0 ? { multistepNumber: index } : {}), primaryStepId: '0' } }
        : {}),
      testExecutionStep: {
        ...(counts + plan.uncounted > 0
          ? {
              testSuiteOverviews: [
                { totalCount: counts + plan.uncounted, xmlSource: { fileUri: uri('test_result_1.xml') } },
              ],
            }
          : {}),
        testTiming: { testProcessDuration: { seconds: '61', nanos: 500_000_000 } },
        toolExecution: {
          toolLogs: [
            { fileUri: uri('logcat') },
            { fileUri: 'gs://another-bucket/secret' },
            { fileUri: 'https://evil.example/x' },
          ],
          toolOutputs: [
            { output: { fileUri: uri('video.mp4') } },
            { output: { fileUri: uri('artifacts/screen.png') } },
          ],
        },
      },
    };
  });
}

export function testCasesOf(tests: Record<string, string | null>): object[] {
  return Object.entries(tests).map(([test, status], index) => ({
    testCaseId: String(index),
    testCaseReference: { className: test.split('#')[0], name: test.split('#')[1] },
    ...(status === null ? {} : { status }),
    elapsedTime: { nanos: 250_000_000 },
    ...(status === 'failed'
      ? { stackTraces: [{ exception: 'java.lang.AssertionError: no\n\tat a.B.one(B.java:1)' }] }
      : {}),
  }));
}
