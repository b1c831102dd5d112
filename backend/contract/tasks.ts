/** The queue's tasks: what one room asks of the next, with ids only. Each must be safe to do again. */

/** Every task, by the room and verb that does it. Values are ids. */
export type Tasks = {
  'uploads.sign': { contentId: string };
  'uploads.check-provenance': { artifactId: string };
  'integrations.destroy-credential': { connectionId: string };
  'runs.leave-connection': { connectionId: string };
  'runs.dispatch': { runId: string };
  'runs.start-job': { jobId: string };
  /** `at`: the time for which it was wanted, in ISO 8601. */
  'runs.admit': { connectionId: string; at: string };
  /** Of a start that waits for its next try, once its run is cancelled. */
  'runs.end-start': { jobId: string };
  'runs.poll-account': { connectionId: string; at: string };
  'runs.check-followed': { runId: string };
  'runs.stop-job': { jobId: string };
  'runs.expire': { runId: string };
  'runs.forget-job': { jobId: string };
  'runs.rerun-asked': { eventId: string };
  'runs.leave-change': { eventId: string };
  'runs.notice-fork': { eventId: string };
  'runs.decide-fork': { eventId: string };
  'runs.expire-fork': { requestId: string };
  'runs.start-fork': { requestId: string };
  'uploads.take-fork-files': { requestId: string };
  'results.collect': { jobId: string };
  'results.conclude': { runId: string };
  'reports.post-check': { checkId: string };
  'reports.refresh-checks': { artifactId: string };
  'retention.delete-blob': { blobName: string };
  'retention.sweep': Record<string, never>;
};
export type TaskName = keyof Tasks;

/** What travels: the tenant, the task and its ids. */
export type TaskMessage = { tenantId: string; task: TaskName; payload: Record<string, string> };

/** A task on its way; `id` makes sending it twice harmless. */
export type OutgoingTask = TaskMessage & { id: string; startAfter: Date };
