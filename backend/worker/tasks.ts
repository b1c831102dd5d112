/** Every task of the queue, and the verb that does it: the index page of what happens without being asked over HTTP. */
import type { Context } from '../context.ts';
import type { TaskName, Tasks } from '../contract/tasks.ts';
import { destroyCredential } from '../integrations/destroy-credential.ts';
import { postCheck } from '../reports/post-check.ts';
import { refreshChecks } from '../reports/refresh-checks.ts';
import { collectResults } from '../results/collect.ts';
import { concludeRun } from '../results/conclude.ts';
import { deleteBlob } from '../retention/delete-blob.ts';
import { sweep } from '../retention/sweep.ts';
import { admitJobs } from '../runs/admit.ts';
import { checkFollowed } from '../runs/check-followed.ts';
import { decideFork } from '../runs/decide-fork.ts';
import { dispatchRun } from '../runs/dispatch.ts';
import { expireRun } from '../runs/expire.ts';
import { expireFork } from '../runs/expire-fork.ts';
import { forgetJob } from '../runs/forget-job.ts';
import { leaveChange } from '../runs/leave-change.ts';
import { leaveConnection } from '../runs/leave-connection.ts';
import { noticeFork } from '../runs/notice-fork.ts';
import { pollAccount } from '../runs/poll-account.ts';
import { rerunAsked } from '../runs/rerun-asked.ts';
import { startFork } from '../runs/start-fork.ts';
import { startJob } from '../runs/start-job.ts';
import { stopJob } from '../runs/stop-job.ts';
import { checkProvenance } from '../uploads/check-provenance.ts';
import { signContent } from '../uploads/sign.ts';
import { takeForkFiles } from '../uploads/take-fork-files.ts';

export const TASKS: { [T in TaskName]: (call: { ctx: Context; input: Tasks[T] }) => Promise<unknown> } = {
  'uploads.sign': signContent,
  'uploads.check-provenance': checkProvenance,
  'integrations.destroy-credential': destroyCredential,
  'runs.leave-connection': leaveConnection,
  'runs.dispatch': dispatchRun,
  'runs.start-job': startJob,
  'runs.admit': admitJobs,
  'runs.end-start': startJob,
  'runs.poll-account': pollAccount,
  'runs.check-followed': checkFollowed,
  'runs.stop-job': stopJob,
  'runs.expire': expireRun,
  'runs.forget-job': forgetJob,
  'runs.rerun-asked': rerunAsked,
  'runs.leave-change': leaveChange,
  'runs.notice-fork': noticeFork,
  'runs.decide-fork': decideFork,
  'runs.expire-fork': expireFork,
  'runs.start-fork': startFork,
  'uploads.take-fork-files': takeForkFiles,
  'results.collect': collectResults,
  'results.conclude': concludeRun,
  'reports.post-check': postCheck,
  'reports.refresh-checks': refreshChecks,
  'retention.delete-blob': deleteBlob,
  'retention.sweep': sweep,
};
