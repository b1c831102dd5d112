/** What a refused or failed request answers: RFC 9457 problem details with a code of the closed list. */
import * as z from 'zod/mini';
import { ERROR_CODES, type ErrorCode } from '../errors.ts';

export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
  detail: z.string(),
  requestId: z.string(),
  field: z.optional(z.string()),
});
export type Problem = z.infer<typeof Problem>;
