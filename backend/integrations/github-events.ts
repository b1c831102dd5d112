/** GitHub's events, as far as something here is done about them: what is asked, by whom, and which task does it. */
import * as z from 'zod/mini';
import { idSchema } from '../contract/ids.ts';
import type { TaskName } from '../contract/tasks.ts';

/** Who did it at the code host. The login finds them there; the id is who they are. */
export type Sender = { id: number; login: string };

export type HookEvent =
  /** Do again what this check shows: the run that it showed when the button was pressed. */
  | { kind: 'rerun_check'; checkId: string; runId: string; sender: Sender }
  /** Do again what all checks of this commit show, if it began before this time. */
  | { kind: 'rerun_commit'; headSha: string; before: string; sender: Sender }
  /** A workflow has ended, and may have left what a fork's step gave it. */
  | { kind: 'workflow_completed'; ciRunId: number }
  /** A button beside a check that waits for leave to run a fork's files. `request`: the end of the request's id. */
  | {
      kind: 'fork_decided';
      checkId: string;
      headSha: string;
      request: string;
      decision: 'approve' | 'deny';
      sender: Sender;
    }
  /** The change request has ended, or goes on with this commit: as it was at this time. */
  | { kind: 'change_closed'; number: number; before: string }
  | { kind: 'change_pushed'; number: number; headSha: string; before: string };

export type HookTask = Extract<TaskName, 'runs.rerun-asked' | 'runs.leave-change' | `runs.${'notice' | 'decide'}-fork`>;

const TASKS: Record<HookEvent['kind'], HookTask> = {
  rerun_check: 'runs.rerun-asked',
  rerun_commit: 'runs.rerun-asked',
  workflow_completed: 'runs.notice-fork',
  fork_decided: 'runs.decide-fork',
  change_closed: 'runs.leave-change',
  change_pushed: 'runs.leave-change',
};

/** What every event has that an installation of an App is sent. */
export const Envelope = z.object({
  installation: z.object({ id: z.int() }),
  repository: z.object({ id: z.int(), owner: z.object({ id: z.int() }) }),
});

const Sha = z.string().check(z.regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/));
const Sender = z.object({ id: z.int(), login: z.string().check(z.regex(/^[\w.[\]-]{1,100}$/)) });
const Rerequested = { action: z.literal('rerequested'), sender: Sender };
/** An App, or a repository. */
const Numbered = z.object({ id: z.int() });
const RUN_PATH = /\/runs\/(run_\w+)$/;

const CheckRerequested = z.object({
  ...Rerequested,
  check_run: z.object({ external_id: idSchema('check'), details_url: z.string(), app: Numbered }),
});
const SuiteRerequested = z.object({
  ...Rerequested,
  check_suite: z.object({ head_sha: Sha, updated_at: z.iso.datetime({ offset: true }), app: Numbered }),
});
const Decided = z.object({
  action: z.literal('requested_action'),
  sender: Sender,
  check_run: z.object({ external_id: idSchema('check'), head_sha: Sha, app: Numbered }),
  requested_action: z.object({ identifier: z.string() }),
});
const DECISION = /^(approve|deny)-(\w{12})$/;
/** Only a pull request's runs can be a fork's. */
const WorkflowCompleted = z.object({
  action: z.literal('completed'),
  repository: Numbered,
  workflow_run: z.object({ id: z.int(), event: z.literal('pull_request'), head_repository: z.nullish(Numbered) }),
});
const PullRequest = z.object({
  action: z.enum(['closed', 'synchronize']),
  number: z.int(),
  pull_request: z.object({ head: z.object({ sha: Sha }), updated_at: z.iso.datetime({ offset: true }) }),
});

type Read = (payload: unknown, appId: string) => HookEvent | null;

const READERS: Readonly<Record<string, Read>> = {
  check_run(payload, appId) {
    const decided = readDecision(payload, appId);
    if (decided) return decided;
    const { data } = CheckRerequested.safeParse(payload);
    const runId = RUN_PATH.exec(data?.check_run.details_url ?? '')?.[1];
    if (!data || !runId || String(data.check_run.app.id) !== appId) return null;
    return { kind: 'rerun_check', checkId: data.check_run.external_id, runId, sender: data.sender };
  },
  check_suite(payload, appId) {
    const { data } = SuiteRerequested.safeParse(payload);
    if (!data || String(data.check_suite.app.id) !== appId) return null;
    const { head_sha: headSha, updated_at: before } = data.check_suite;
    return { kind: 'rerun_commit', headSha, before, sender: data.sender };
  },
  workflow_run(payload) {
    const { data } = WorkflowCompleted.safeParse(payload);
    // Most are of the repository itself: they are left without asking GitHub.
    if (!data || data.workflow_run.head_repository?.id === data.repository.id) return null;
    return { kind: 'workflow_completed', ciRunId: data.workflow_run.id };
  },
  pull_request(payload) {
    const { data } = PullRequest.safeParse(payload);
    if (!data) return null;
    const { action, number, pull_request: pull } = data;
    const before = pull.updated_at;
    return action === 'closed'
      ? { kind: 'change_closed', number, before }
      : { kind: 'change_pushed', number, headSha: pull.head.sha, before };
  },
};

function readDecision(payload: unknown, appId: string): HookEvent | null {
  const { data } = Decided.safeParse(payload);
  const pressed = DECISION.exec(data?.requested_action.identifier ?? '');
  if (!data || !pressed || String(data.check_run.app.id) !== appId) return null;
  const { external_id: checkId, head_sha: headSha } = data.check_run;
  const decision = pressed[1] === 'approve' ? 'approve' : 'deny';
  return { kind: 'fork_decided', checkId, headSha, request: pressed[2] ?? '', decision, sender: data.sender };
}

/** null: nothing is done about it. */
export function readEvent(name: string, payload: unknown, appId: string): HookEvent | null {
  return Object.hasOwn(READERS, name) ? (READERS[name]?.(payload, appId) ?? null) : null;
}

export const taskOf = (event: HookEvent): HookTask => TASKS[event.kind];
