/** Answers a refusal or a failure: problem details for machines, a page for people; never a stack, SQL or a token. */
import type { Context as HonoContext } from 'hono';
import type { Logger } from 'pino';
import type { Problem } from '../contract/problem.ts';
import { DevicelaneError, ERROR_CODES } from '../errors.ts';
import { renderProblemPage } from '../pages/problem-page.ts';
import type { HttpEnv } from './call.ts';

export async function answerProblem(c: HonoContext<HttpEnv>, thrown: unknown, log: Logger): Promise<Response> {
  const requestId = c.get('requestId');
  const error =
    thrown instanceof DevicelaneError
      ? thrown
      : new DevicelaneError('internal', 'Something failed here; give this request id to who runs the server.');
  if (hasLeft(thrown)) log.info({ requestId }, 'the client left before it was answered');
  else if (error.status >= 500) log.error({ requestId, err: thrown, cause: error.cause }, 'request failed');
  const { title } = ERROR_CODES[error.code];
  const problem: Problem = {
    type: `about:blank`,
    title,
    status: error.status,
    code: error.code,
    detail: error.message,
    requestId,
    ...(error.field ? { field: error.field } : {}),
  };
  c.header('Cache-Control', 'no-store');
  if (error.retryAfterSeconds !== undefined) c.header('Retry-After', String(error.retryAfterSeconds));
  if (error.status === 401) c.header('WWW-Authenticate', `DPoP error="${error.code}"`);
  if (error.retryAfterSeconds !== undefined) c.header('Retry-After', String(error.retryAfterSeconds));
  if (isPage(c))
    return c.html(await renderProblemPage(error.status, title, error.message, requestId), error.status as 400);
  return c.body(JSON.stringify(problem), error.status as 400, { 'Content-Type': 'application/problem+json' });
}

const isPage = (c: HonoContext<HttpEnv>): boolean =>
  (c.req.header('accept') ?? '').includes('text/html') && !c.req.path.startsWith('/v1/');

/** The connection broke while the request was read: nobody waits for the answer. */
const hasLeft = (thrown: unknown): boolean => (thrown as NodeJS.ErrnoException | null)?.code === 'ECONNRESET';
