/** Routes of what an admin manages. */
import { LimitRules, LimitsChange } from './limits.ts';
import { RetentionChange, RetentionRules } from './retention.ts';
import { denied, json, type Route } from './route.ts';

export const ADMIN_ROUTES = {
  readRetention: {
    method: 'get',
    path: '/v1/retention',
    summary: 'Read how many days each data category is kept',
    access: { who: 'machine or person', operation: 'admin' },
    response: { status: 200, description: 'The rules', body: json(RetentionRules) },
    errors: [...denied],
  },
  setRetention: {
    method: 'put',
    path: '/v1/retention',
    summary: 'Set days for data categories; a shorter time takes what it makes overdue after a day at the earliest',
    access: { who: 'machine or person', operation: 'admin' },
    request: json(RetentionChange),
    response: { status: 200, description: 'All rules', body: json(RetentionRules) },
    errors: [...denied, 'invalid_request'],
  },
  readLimits: {
    method: 'get',
    path: '/v1/limits',
    summary: 'Read what uploads may bring: in the whole tenant, and in each project',
    access: { who: 'machine or person', operation: 'admin' },
    response: { status: 200, description: 'The limits', body: json(LimitRules) },
    errors: [...denied],
  },
  setLimits: {
    method: 'put',
    path: '/v1/limits',
    summary: 'Set limits of uploads and runs, for those that begin from now on',
    access: { who: 'machine or person', operation: 'admin' },
    request: json(LimitsChange),
    response: { status: 200, description: 'All limits', body: json(LimitRules) },
    errors: [...denied, 'invalid_request'],
  },
} as const satisfies Record<string, Route>;
