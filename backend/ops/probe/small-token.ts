/** Attacks with a token of small scope: what it was not made for, and what belongs to others. */
import { newRoute } from '../../contract/ids.ts';
import type { Operation } from '../../contract/oauth.ts';
import { ROUTES, type Route } from '../../contract/routes.ts';
import { parseToken } from '../../contract/token-forms.ts';
import { type Attack, attemptEach, NoAnswer } from './attack.ts';
import { problemOf, whatCame, whatItTells } from './refusal.ts';
import { CLOSED_ROUTES, nameOf, pathOf, wrongBodyOf } from './route-path.ts';
import type { Answer, Asked, Target } from './target.ts';

/** Never in a token's scope that stands in CI. */
const NEVER: readonly Operation[] = ['admin', 'artifact:content'];

/**
 * Asking must change nothing even where it is let through: each of these reads, fails by its body, or names what no id
 * belongs to.
 */
const harmless = CLOSED_ROUTES.filter(({ method, params, request }) => method === 'get' || params || request);
const forMachines = harmless.filter(({ access }) => access.who !== 'person');
const withIds = harmless.filter(({ params }) => params !== undefined);
const ENDLESS = 'text/event-stream';

const operationOf = ({ access }: Route): Operation | null => ('operation' in access ? access.operation : null);

export function smallTokenAttacks(token: string): Attack[] {
  const ask = (target: Target, route: Route, path: string, more: Asked['headers'] = {}): Promise<Answer> => {
    const wrong = wrongBodyOf(route);
    const headers = { ...wrong.headers, authorization: `Bearer ${token}`, ...more };
    return target.ask({ method: route.method.toUpperCase(), path, ...wrong, headers, secrets: [token] });
  };
  const own = parseToken(token)?.route ?? newRoute();
  let accepted: Promise<void> | undefined;
  /** With a token that does not work at all, a refusal would say nothing. @throws NoAnswer */
  const requireAccepted = (target: Target): Promise<void> => {
    accepted ??= findAccepting((route) => ask(target, route, pathOf(route, own)));
    return accepted;
  };

  const attacks: Attack[] = [
    {
      row: 'A21',
      asks: 'what only an admin may, with the given token',
      must: '401 or 403',
      attempt: (target) =>
        attemptEach(
          forMachines.filter((route) => NEVER.includes(operationOf(route) ?? 'run:read')),
          nameOf,
          async (route) => whatCame(await ask(target, route, pathOf(route, own)), [401, 403]),
        ),
    },
    {
      row: '-',
      asks: 'every closed route with the given token beside another',
      must: '400 or 401',
      attempt: (target) =>
        attemptEach(forMachines, nameOf, async (route) => {
          for (const both of [
            [`Bearer ${token}`, 'Bearer probe'],
            ['Bearer probe', `Bearer ${token}`],
          ]) {
            const came = whatCame(await ask(target, route, pathOf(route, own), { authorization: both }), [400, 401]);
            if (came !== null) return came;
          }
          return null;
        }),
    },
    {
      row: 'A21',
      asks: 'pages for people, with the given token',
      must: '401',
      attempt: (target) =>
        attemptEach(
          harmless.filter(({ access }) => access.who === 'person'),
          nameOf,
          async (route) => whatCame(await ask(target, route, pathOf(route, own)), [401]),
        ),
    },
    {
      row: 'A21',
      asks: 'each operation by each of its routes, with the given token',
      must: 'all of them or none',
      attempt: (target) => askOperations((route) => ask(target, route, pathOf(route, own))),
    },
    {
      row: 'B1',
      asks: "things of other tenants, with the given token's rights",
      must: 'what comes for what never was',
      attempt: (target) =>
        attemptEach(withIds, nameOf, async (route) => {
          const answers = [
            await ask(target, route, pathOf(route, own)),
            await ask(target, route, pathOf(route, newRoute())),
            await ask(target, route, pathOf(route, newRoute())),
          ];
          const came = answers.map((answer) => whatCame(answer, [401, 403, 404])).find((what) => what !== null);
          return came ?? (new Set(answers.map(said)).size === 1 ? null : 'it can be told which tenants there are');
        }),
    },
    {
      row: 'B2',
      asks: 'to be taken for another tenant by a header',
      must: 'what comes without it',
      attempt: (target) =>
        attemptEach(
          withIds.filter(({ method }) => method === 'get'),
          nameOf,
          async (route) => {
            const path = pathOf(route, newRoute());
            const plain = await ask(target, route, path);
            const came = whatCame(plain, [401, 403, 404]);
            if (came !== null) return came;
            for (const header of OVERRIDES) {
              const answer = await ask(target, route, path, { [header]: newRoute() });
              if (said(answer) !== said(plain)) return `${answer.status} by ${header}`;
            }
            return null;
          },
        ),
    },
    {
      row: 'B2',
      asks: 'lists, for what carries the route of another tenant',
      must: 'ids of its own tenant only',
      attempt: (target) =>
        attemptEach(
          harmless.filter(({ method, params, response }) => method === 'get' && !params && !isEndless(response)),
          nameOf,
          async (route) => {
            const answer = await ask(target, route, route.path, { 'x-tenant-id': newRoute() });
            const ids = [...answer.text.matchAll(/\b(?:art|run|job|evi|prj|con|tru|per|chk|cap)_([0-9A-Za-z]{10})/g)];
            if (ids.some((id) => id[1] !== own)) return `${answer.status}, with ids of another tenant`;
            return tells(answer);
          },
        ),
    },
    {
      row: 'B2',
      asks: 'the list of runs of another tenant by its query',
      must: '400, 401 or 403',
      attempt: (target) =>
        attemptEach(
          ['tenant', 'tenantId', 'route', 'projectId'],
          (name) => name,
          async (name) =>
            whatCame(await ask(target, ROUTES.listRuns, `/v1/runs?${name}=${newRoute()}`), [400, 401, 403]),
        ),
    },
  ];
  return attacks.map((attack) => ({
    ...attack,
    attempt: (target) => requireAccepted(target).then(() => attack.attempt(target)),
  }));
}

const OVERRIDES = ['x-tenant-id', 'x-tenant', 'accept-profile', 'x-forwarded-host', 'x-original-url', 'x-user-id'];

const isEndless = ({ body }: Route['response']): boolean => body?.contentType === ENDLESS;

/** All that an answer says, but for what is new in each. @throws NoAnswer where a limit kept it from being looked at */
function said(answer: Answer): string {
  if (answer.status === 429) throw new NoAnswer('429: the server limits who asks; ask again later');
  const { requestId: _, ...rest } = problemOf(answer) ?? { requestId: '' };
  return JSON.stringify([answer.status, rest]);
}

/** What is granted may well hold a customer's own stacks and paths, but never the token. */
function tells(answer: Answer): string | null {
  if (answer.status >= 400) return whatItTells(answer);
  return answer.echoes ? `${answer.status}, and the token is in the answer` : null;
}

async function findAccepting(ask: (route: Route) => Promise<Answer>): Promise<void> {
  for (const route of forMachines.filter(({ response }) => !isEndless(response))) {
    const { status } = await ask(route);
    if (status !== 401 && status !== 429) return;
  }
  throw new NoAnswer('the token is not accepted as Bearer anywhere, so that nothing was tried with it');
}

/** An operation that a token has not must be closed on every route that needs it. */
async function askOperations(ask: (route: Route) => Promise<Answer>): Promise<string | null> {
  const operations = [...new Set(forMachines.map(operationOf))].filter((operation) => operation !== null);
  return attemptEach(operations, String, async (operation) => {
    const statuses: number[] = [];
    for (const route of forMachines.filter((each) => operationOf(each) === operation && !isEndless(each.response))) {
      const answer = await ask(route);
      const told = tells(answer);
      if (told) return told;
      if (answer.status !== 429) statuses.push(answer.status);
    }
    const closed = statuses.filter((status) => status === 401 || status === 403).length;
    return closed === 0 || closed === statuses.length ? null : `closed on ${closed} of ${statuses.length} routes`;
  });
}
