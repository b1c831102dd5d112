/** The queue on pg-boss, in the control database. */
import { PgBoss } from 'pg-boss';
import type { OutgoingTask, TaskMessage, TaskName } from '../contract/tasks.ts';
import type { Queue } from './port.ts';

/** Of the queue's own to its database. */
const CONNECTIONS = 4;

/**
 * Lanes, so that no kind of work waits for another: what stops a device is never behind an upload, and an account whose
 * farm hangs holds up no verdict.
 *
 * `workers`: how many tasks of each are at work at once in this process. `ofOne`: how many of them may be one tenant's: farms can
 * be slow on purpose, and nobody else's work waits for theirs. Counted in this process alone: in the database, tasks of a
 * killed one are at work until its heartbeat is missed, and would count against their tenant.
 */
const LANES = {
  urgent: { workers: 8, ofOne: 4 },
  polls: { workers: 12, ofOne: 8 },
  transfers: { workers: 12, ofOne: 8 },
  // They call no farm.
  tasks: { workers: 8, ofOne: 8 },
} as const;
type Lane = keyof typeof LANES;

/** Every other task goes in the lane `tasks`. */
const LANE_OF: Partial<Record<TaskName, Lane>> = {
  'runs.stop-job': 'urgent',
  'runs.end-start': 'urgent',
  'runs.admit': 'polls',
  'runs.poll-account': 'polls',
  'runs.start-job': 'transfers',
  'runs.forget-job': 'transfers',
  'results.collect': 'transfers',
  'uploads.take-fork-files': 'transfers',
};
const laneOf = (task: TaskName): Lane => LANE_OF[task] ?? 'tasks';

type Options = {
  connectionString: string;
  /**
   * No other process can be at work (the embedded database was just started by this one): tasks that a killed process
   * held go on at once, not after their heartbeat is missed.
   */
  sole: boolean;
  /** The clock of the tasks' times. The queue itself goes by the database's. */
  now: () => Date;
  onError: (error: unknown) => void;
};

export async function openQueue({ connectionString, sole, now, onError }: Options): Promise<Queue> {
  const boss = new PgBoss({
    connectionString,
    schema: 'queue',
    max: CONNECTIONS,
    useListenNotify: true,
    schedule: false,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    reindex: false,
    monitorVacuum: false,
  });
  boss.on('error', onError);
  await boss.start();
  const settings = {
    notify: true,
    // Two hours. A task whose process was killed counts as one that failed, and must not wait long for having been unlucky.
    retryLimit: 500,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 15,
    heartbeatSeconds: 15,
    expireInSeconds: 3600,
    deleteAfterSeconds: 86_400,
  };
  for (const lane of Object.keys(LANES)) {
    await boss.createQueue(lane, settings);
    // One that an earlier release made keeps its settings otherwise.
    await boss.updateQueue(lane, settings);
    if (sole) await releaseHeld(boss, lane);
  }

  return {
    async send(tasks) {
      if (tasks.length === 0) return;
      const ahead = now().getTime() - Date.now();
      for (const [lane, some] of Map.groupBy(tasks, ({ task }) => laneOf(task))) {
        await boss.insert(
          lane,
          some.map((task) => toJob(task, ahead)),
        );
      }
    },
    async work(handle) {
      for (const [lane, { workers, ofOne }] of Object.entries(LANES)) {
        const options = {
          pollingIntervalSeconds: 1,
          notifyPollingIntervalSeconds: 1,
          localConcurrency: workers,
          localGroupConcurrency: ofOne,
        };
        await boss.work<TaskMessage>(lane, options, async ([job]) => {
          if (job) await handle(job.data);
          goOn(boss, lane);
        });
      }
      // Tasks of killed processes go on. It is done every few seconds too, which a process that is killed at once does not see.
      boss.supervise().catch(onError);
    },
    async stop() {
      await boss.stop({ graceful: true, timeout: 10_000 });
    },
  };
}

const toJob = ({ id, tenantId, task, payload, startAfter }: OutgoingTask, aheadMs: number) => ({
  id,
  data: { tenantId, task, payload } satisfies TaskMessage,
  group: { id: tenantId },
  startAfter: new Date(startAfter.getTime() - aheadMs),
});

/** Who is at work takes the next task at once: a worker rests otherwise until its second is over, however many tasks wait. */
function goOn(boss: PgBoss, lane: string): void {
  for (const { id, name, count } of boss.getWipData()) {
    if (name === lane && count > 0) boss.notifyWorker(id);
  }
}

/** Puts back what a killed process had taken. */
async function releaseHeld(boss: PgBoss, lane: string): Promise<void> {
  const held = (await boss.findJobs(lane)).filter((job) => job.state === 'active');
  if (held.length > 0) {
    await boss.fail(
      lane,
      held.map((job) => job.id),
    );
  }
}
