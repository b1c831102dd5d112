/** What is read of the farm's answers: loose about values that are new to us. Source: the service's API model, 2015-06-23. */
import * as z from 'zod/mini';

const text = z.optional(z.string());
const date = z.optional(z.date());

export const Upload = z.object({ arn: z.string(), name: text, url: text, status: text, message: text, metadata: text });
export const OneUpload = z.object({ upload: Upload });

export const Run = z.object({
  arn: z.string(),
  name: text,
  status: text,
  result: text,
  resultCode: text,
  message: text,
  webUrl: text,
  counters: z.optional(z.object({ total: z.optional(z.number()) })),
  deviceMinutes: z.optional(z.object({ total: z.optional(z.number()) })),
});
export type Run = z.infer<typeof Run>;
export const OneRun = z.object({ run: Run });

const Node = z.object({ arn: z.string(), name: text, result: text, message: text, started: date, stopped: date });
export const Artifact = z.object({ arn: z.string(), name: text, type: text, extension: text, url: text });
export type Artifact = z.infer<typeof Artifact>;
const Device = z.object({ name: text, model: text, os: text, platform: text });

/** A page, whatever the list is called in it. */
const pageOf = <T>(name: string, item: z.ZodMiniType<T>) =>
  z.pipe(
    z.looseObject({ nextToken: text }),
    z.transform((page: Record<string, unknown>) => ({
      items: z.parse(z.array(item), page[name] ?? []),
      nextToken: page.nextToken as string | undefined,
    })),
  ) as unknown as z.ZodMiniType<{ items: T[]; nextToken?: string | undefined }>;

export const Uploads = pageOf('uploads', Upload);
export const Runs = pageOf('runs', Run);
export const Jobs = pageOf('jobs', Node);
export const Suites = pageOf('suites', Node);
export const Tests = pageOf('tests', Node);
export const Artifacts = pageOf('artifacts', Artifact);
export const Devices = pageOf('devices', Device);
export const Nothing = z.looseObject({});
