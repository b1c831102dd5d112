/** The queue on pg-boss, in the control database. */
import { PgBoss } from 'pg-boss';
import type { OutgoingTask, TaskMessage } from '../contract/tasks.ts';
import type { Queue } from './port.ts';

const QUEUE = 'tasks';

type Options = {
  connectionString: string;
  /** Tasks at work at once in this process. */
  concurrency: number;
  /**
   * No other process can be at work (the embedded database was just started by this one): tasks that a killed process
   * held go on at once, not after their heartbeat is missed.
   */
  sole: boolean;
  /** The clock of the tasks' times. The queue itself goes by the database's. */
  now: () => Date;
  onError: (error: unknown) => void;
};

export async function openQueue({ connectionString, concurrency, sole, now, onError }: Options): Promise<Queue> {
  const boss = new PgBoss({
    connectionString,
    schema: 'queue',
    max: 4,
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
    retryLimit: 50,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 60,
    heartbeatSeconds: 15,
    expireInSeconds: 3600,
    deleteAfterSeconds: 86_400,
  };
  await boss.createQueue(QUEUE, settings);
  if (sole) await releaseHeld(boss);

  return {
    async send(tasks) {
      if (tasks.length === 0) return;
      const ahead = now().getTime() - Date.now();
      await boss.insert(
        QUEUE,
        tasks.map((task) => toJob(task, ahead)),
      );
    },
    async work(handle) {
      const pacing = { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 };
      for (let started = 0; started < concurrency; started += 1) {
        const worker: string = await boss.work<TaskMessage>(QUEUE, pacing, async ([job]) => {
          if (job) await handle(job.data);
          // Otherwise a worker rests until its second is over, however many tasks wait.
          boss.notifyWorker(worker);
        });
      }
    },
    async stop() {
      await boss.stop({ graceful: true, timeout: 10_000 });
    },
  };
}

const toJob = ({ id, tenantId, task, payload, startAfter }: OutgoingTask, aheadMs: number) => ({
  id,
  data: { tenantId, task, payload } satisfies TaskMessage,
  startAfter: new Date(startAfter.getTime() - aheadMs),
});

/** Puts back what a killed process had taken. */
async function releaseHeld(boss: PgBoss): Promise<void> {
  const held = (await boss.findJobs(QUEUE)).filter((job) => job.state === 'active');
  if (held.length > 0) {
    await boss.fail(
      QUEUE,
      held.map((job) => job.id),
    );
  }
}
