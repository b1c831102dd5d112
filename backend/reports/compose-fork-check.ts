/** Composes the check of a fork's commit before it has a run: who must do what. Pure. */
import type { CheckState } from '../codehosts/port.ts';
import type { ForkRequest } from '../runs/read-fork-request.ts';
import { codeSpan, oneLine } from './markdown-text.ts';

type Facts = { checkId: string; request: ForkRequest; publicUrl: string };
type State = ForkRequest['state'];

const TITLES: Record<State, string> = {
  waiting: 'Waits for a maintainer to approve',
  approved: 'Approved: the files are being fetched',
  fetched: 'Approved: the run is being started',
  started: 'Approved: the run is being started',
  denied: 'A maintainer denied this run',
  expired: 'Nobody approved this run in time',
  refused: 'Approved, but the files could not be taken',
};

export function composeForkCheck({ checkId, request, publicUrl }: Facts): CheckState {
  const { state, words } = request;
  const goesOn = state === 'approved' || state === 'fetched' || state === 'started';
  return {
    name: words.name,
    headSha: request.head_sha,
    externalId: checkId,
    detailsUrl: `${publicUrl}/`,
    // GitHub shows buttons beside a completed check only, and `action_required` is green for nobody.
    status: goesOn ? 'in_progress' : 'completed',
    conclusion: goesOn ? null : 'action_required',
    startedAt: request.created_at,
    completedAt: goesOn ? null : (request.decided_at ?? request.created_at),
    title: TITLES[state],
    summary: summaryOf(request),
    actions: state === 'waiting' ? buttonsOf(request.id) : [],
  };
}

function buttonsOf(requestId: string): CheckState['actions'] {
  const request = requestId.slice(-12);
  return [
    { label: 'Approve and run', description: 'Test this commit on your devices', identifier: `approve-${request}` },
    { label: 'Deny', description: 'Do not test this commit', identifier: `deny-${request}` },
  ];
}

function summaryOf({ state, head_sha: sha, words }: ForkRequest): string {
  const commit = `\`${sha.slice(0, 12)}\``;
  const by = words.decidedBy ? codeSpan(words.decidedBy, 100) : 'a maintainer';
  switch (state) {
    case 'waiting':
      return `⏸️ **This commit comes from a fork.** Look at what it changes, then approve: its build runs on your devices, with none of your secrets. The approval counts for ${commit} alone, and is waited for for 7 days. Whoever may write to this repository can give it.`;
    case 'denied':
      return `🚫 **Denied** by ${by}. Another push, or another run of the workflow, asks again.`;
    case 'expired':
      return '⌛ **Nobody approved this within 7 days**, or a newer commit replaced it. Another run of the workflow asks again.';
    case 'refused':
      return `⛔ **Approved by ${by}, but nothing was run:** ${codeSpan(oneLine(words.reason ?? '', 500), 500)} Another run of the workflow asks again.`;
    default:
      return `⏳ Approved by ${by} for ${commit}. This check is updated as devices finish.`;
  }
}
