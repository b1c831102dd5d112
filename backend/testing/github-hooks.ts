/** GitHub as the sender of events: payloads with what GitHub puts in them, signed and delivered as it does. */
import { createHmac, randomUUID } from 'node:crypto';
import type { GithubCheckRun, GithubStandIn } from './github.ts';

export const WEBHOOK_SECRET = 'what-github-signs-with';

type HookWorld = {
  backend: { url: string };
  github: Pick<GithubStandIn, 'appId' | 'installationId' | 'repository' | 'people' | 'pullRequest'>;
};

/** What goes wrong on the way; `undefined` leaves a header out. */
export type Delivery = {
  secret?: string;
  delivery?: string;
  headers?: Record<string, string | undefined>;
  /** The bytes that arrive, where they are others than were signed. */
  body?: string | Uint8Array<ArrayBuffer>;
};

export const signatureOf = (body: string, secret = WEBHOOK_SECRET): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

/** @returns the status of the answer */
export async function deliver(
  { backend }: Pick<HookWorld, 'backend'>,
  event: string,
  payload: unknown,
  { secret = WEBHOOK_SECRET, delivery = randomUUID(), headers = {}, body }: Delivery = {},
): Promise<number> {
  const signed = typeof payload === 'string' ? payload : JSON.stringify(payload, null, 2);
  const sent: Record<string, string | undefined> = {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/044aadd',
    'x-github-event': event,
    'x-github-delivery': delivery,
    'x-hub-signature-256': signatureOf(signed, secret),
    ...headers,
  };
  const answer = await fetch(`${backend.url}/hooks/github`, {
    method: 'POST',
    headers: Object.entries(sent).filter((pair): pair is [string, string] => pair[1] !== undefined),
    body: body ?? signed,
  });
  await answer.text();
  return answer.status;
}

/** What every event of the App's installation on the repository carries. */
export function envelope({ github }: Pick<HookWorld, 'github'>, sender: { id: number; login: string }) {
  const { id, ownerId, fullName } = github.repository;
  return {
    installation: { id: Number(github.installationId), node_id: 'x' },
    repository: { id: Number(id), full_name: fullName, owner: { id: Number(ownerId), login: fullName.split('/')[0] } },
    sender: { ...sender, type: 'User' },
  };
}

/** Somebody pressed "Re-run" beside a check. */
export function checkRerequested(world: HookWorld, check: GithubCheckRun, sender = world.github.people.writer) {
  const { id, name, head_sha, external_id, details_url, started_at } = check;
  return {
    action: 'rerequested',
    check_run: { id, name, head_sha, external_id, details_url, started_at, app: { id: Number(world.github.appId) } },
    ...envelope(world, sender),
  };
}

/** Somebody pressed "Re-run all checks". */
export function suiteRerequested(
  world: HookWorld,
  headSha: string,
  updatedAt: Date,
  sender = world.github.people.writer,
) {
  return {
    action: 'rerequested',
    check_suite: { id: 1, head_sha: headSha, updated_at: timeOf(updatedAt), app: { id: Number(world.github.appId) } },
    ...envelope(world, sender),
  };
}

/** The pull request was closed, or got a new commit. */
export function pullRequestChanged(
  world: HookWorld,
  change: { action: 'closed' | 'synchronize' | 'labeled'; number: number; headSha: string; at: Date },
) {
  return {
    action: change.action,
    number: change.number,
    pull_request: { number: change.number, head: { sha: change.headSha }, updated_at: timeOf(change.at) },
    ...envelope(world, world.github.people.writer),
  };
}

/** A pull request's workflow has ended. */
export function workflowCompleted(world: HookWorld, id: number, headRepositoryId = 770_001) {
  return {
    action: 'completed',
    workflow_run: {
      id,
      event: 'pull_request',
      conclusion: 'success',
      head_sha: 'what GitHub says counts',
      head_repository: { id: headRepositoryId },
      pull_requests: [],
    },
    ...envelope(world, world.github.people.reader),
  };
}

/** Somebody pressed a button of ours beside a check. */
export function buttonPressed(
  world: HookWorld,
  check: Pick<GithubCheckRun, 'id' | 'name' | 'head_sha' | 'external_id'>,
  identifier: string,
  sender = world.github.people.writer,
) {
  const { id, name, head_sha, external_id } = check;
  return {
    action: 'requested_action',
    requested_action: { identifier },
    check_run: { id, name, head_sha, external_id, app: { id: Number(world.github.appId) } },
    ...envelope(world, sender),
  };
}

const timeOf = (date: Date): string => date.toISOString();
