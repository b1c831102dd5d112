/** What is read of the farm's answers: loose about values that are new to us. Source: its documentation of the v2 builds. */
import * as z from 'zod/mini';

const text = z.nullish(z.string());
const number = z.nullish(z.number());

export const UploadedApp = z.object({ app_url: z.string(), app_id: z.string() });
export const UploadedSuite = z.object({ test_suite_url: z.string(), test_suite_id: z.string() });
const Kept = z.object({ custom_id: text, app_id: text, app_url: text, test_suite_id: text, test_suite_url: text });
export const AppList = z.object({ apps: z.array(Kept) });
export const SuiteList = z.object({ test_suites: z.array(Kept) });

export const Started = z.object({ build_id: z.string() });

const SessionHead = z.object({
  id: z.string(),
  status: text,
  start_time: text,
  duration: number,
  testcases: z.nullish(z.object({ count: number })),
});
export const Build = z.object({
  status: text,
  duration: number,
  devices: z._default(z.array(z.object({ sessions: z._default(z.array(SessionHead), []) })), []),
});
export type Build = z.infer<typeof Build>;

export const BuildList = z.array(
  z.object({
    id: z.string(),
    input_capabilities: z.nullish(z.looseObject({ customBuildName: text })),
  }),
);

const TestCase = z.object({
  name: text,
  id: text,
  status: text,
  duration: number,
  video: text,
  instrumentation_log: text,
  device_log: text,
  network_log: text,
  screenshots: z.nullish(z.union([z.string(), z.array(z.string())])),
});
export type TestCase = z.infer<typeof TestCase>;
export const Session = z.object({
  status: text,
  start_time: text,
  error: z.nullish(z.object({ message: text })),
  testcases: z.nullish(
    z.object({
      count: number,
      data: z._default(z.array(z.object({ class: text, testcases: z._default(z.array(TestCase), []) })), []),
    }),
  ),
});
export type Session = z.infer<typeof Session>;

export const DeviceList = z.array(z.object({ os: text, os_version: text, device: z.string() }));
