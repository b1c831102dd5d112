/** The fake farm's runs, whose states follow from its clock alone. */
import type { Plan, RunRequest } from './plan.ts';

export type FakeRun = {
  id: string;
  request: RunRequest;
  plan: Plan;
  startedAt: number;
  stoppedAt: number | null;
  isTold: boolean;
};

export type RunStatus = {
  state: 'queued' | 'running' | 'ended';
  outcome: Plan['outcome'] | 'cancelled' | null;
  reason: string | null;
  /** Milliseconds on the device. */
  deviceMs: number | null;
};

export function statusOf(run: FakeRun, now: number): RunStatus {
  const running = run.startedAt + run.plan.queueMs;
  const end = running + run.plan.runMs;
  if (run.stoppedAt !== null && run.stoppedAt < end) {
    return { state: 'ended', outcome: 'cancelled', reason: null, deviceMs: Math.max(0, run.stoppedAt - running) };
  }
  if (now < running) return { state: 'queued', outcome: null, reason: null, deviceMs: null };
  if (now < end) return { state: 'running', outcome: null, reason: null, deviceMs: null };
  return { state: 'ended', outcome: run.plan.outcome, reason: run.plan.reason ?? null, deviceMs: run.plan.runMs };
}
