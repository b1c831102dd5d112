/** What is read of Google's answers: loose about values that are new to us. Source: the discovery documents of both APIs. */
import * as z from 'zod/mini';

const text = z.nullish(z.string());
const list = <S extends z.core.$ZodType>(schema: S) => z._default(z.array(schema), []);
const Duration = z.nullish(z.object({ seconds: z.nullish(z.coerce.number()), nanos: z.nullish(z.number()) }));
export type Duration = z.infer<typeof Duration>;

export const milliseconds = (duration: Duration): number =>
  Math.max(0, Math.round((duration?.seconds ?? 0) * 1000 + (duration?.nanos ?? 0) / 1e6));

const StepName = z.object({ historyId: z.string(), executionId: z.string(), stepId: text });
export const Matrix = z.object({
  testMatrixId: z.string(),
  state: text,
  outcomeSummary: text,
  invalidMatrixDetails: text,
  extendedInvalidMatrixDetails: list(z.object({ reason: text, message: text })),
  clientInfo: z.nullish(z.object({ clientInfoDetails: list(z.object({ key: text, value: text })) })),
  resultStorage: z.nullish(z.object({ resultsUrl: text, toolResultsExecution: z.nullish(StepName) })),
  testExecutions: list(
    z.object({
      id: text,
      state: text,
      testDetails: z.nullish(z.object({ errorMessage: text })),
      toolResultsStep: z.nullish(StepName),
    }),
  ),
});
export type Matrix = z.infer<typeof Matrix>;

export const Histories = z.object({
  histories: list(z.object({ historyId: z.string(), name: text })),
  nextPageToken: text,
});
export const History = z.object({ historyId: z.string() });
export const Executions = z.object({
  executions: list(z.object({ executionId: text, testExecutionMatrixId: text })),
  nextPageToken: text,
});

const File = z.nullish(z.object({ fileUri: text }));
const Step = z.object({
  stepId: z.string(),
  state: text,
  outcome: z.nullish(
    z.object({ summary: text, failureDetail: z.nullish(z.object({ timedOut: z.nullish(z.boolean()) })) }),
  ),
  multiStep: z.nullish(z.object({ multistepNumber: z.nullish(z.number()), primaryStepId: text })),
  testExecutionStep: z.nullish(
    z.object({
      testSuiteOverviews: list(z.object({ totalCount: z.nullish(z.number()), xmlSource: File })),
      testTiming: z.nullish(z.object({ testProcessDuration: Duration })),
      toolExecution: z.nullish(
        z.object({ toolLogs: list(z.object({ fileUri: text })), toolOutputs: list(z.object({ output: File })) }),
      ),
    }),
  ),
});
export type Step = z.infer<typeof Step>;
export const Steps = z.object({ steps: list(Step), nextPageToken: text });

const TestCase = z.object({
  testCaseReference: z.nullish(z.object({ name: text, className: text, testSuiteName: text })),
  status: text,
  elapsedTime: Duration,
  stackTraces: list(z.object({ exception: text })),
  skippedMessage: text,
});
export type TestCase = z.infer<typeof TestCase>;
export const TestCases = z.object({ testCases: list(TestCase), nextPageToken: text });

export const SeriesList = z.object({
  perfSampleSeries: list(
    z.object({
      sampleSeriesId: z.string(),
      basicPerfSampleSeries: z.nullish(z.object({ perfMetricType: text, perfUnit: text, sampleSeriesLabel: text })),
    }),
  ),
});
export const Samples = z.object({
  perfSamples: list(
    z.object({
      sampleTime: z.nullish(z.object({ seconds: z.coerce.number(), nanos: z.nullish(z.number()) })),
      value: z.nullish(z.number()),
    }),
  ),
  nextPageToken: text,
});

export const Bucket = z.object({
  softDeletePolicy: z.nullish(z.object({ retentionDurationSeconds: z.nullish(z.coerce.number()) })),
  versioning: z.nullish(z.object({ enabled: z.nullish(z.boolean()) })),
  retentionPolicy: z.nullish(z.looseObject({})),
});
export const StoredObject = z.object({
  name: z.string(),
  size: z.coerce.number(),
  metadata: z.nullish(z.record(z.string(), z.string())),
});
export const Objects = z.object({ items: list(z.object({ name: z.string() })), nextPageToken: text });

const Models = z.nullish(
  z.object({
    models: list(
      z.object({ id: z.string(), form: text, supportedVersionIds: list(z.string()), tags: list(z.string()) }),
    ),
  }),
);
export const Catalog = z.object({ androidDeviceCatalog: Models, iosDeviceCatalog: Models });
