/**
 * Every route of the server, as data: the HTTP layer must implement each, and `/openapi.json` is made from it.
 *
 * A route without a declared `access` cannot be written down, so nothing is open by accident.
 */
import { ADMIN_ROUTES } from './admin-routes.ts';
import { API_TOKEN_ROUTES } from './api-token-routes.ts';
import { ARTIFACT_ROUTES } from './artifact-routes.ts';
import { AUDIT_ROUTES } from './audit-routes.ts';
import { CONNECTION_ROUTES } from './connection-routes.ts';
import { HOOK_ROUTES } from './hook-routes.ts';
import { OPERATION_ROUTES } from './operation-routes.ts';
import { PAGE_ROUTES } from './page-routes.ts';
import { PROJECT_ROUTES } from './project-routes.ts';
import { RUN_ROUTES } from './run-routes.ts';
import { TOKEN_ROUTES } from './token-routes.ts';
import { TRUST_POLICY_ROUTES } from './trust-policy-routes.ts';

export type { Access, Body, Route } from './route.ts';

export const ROUTES = {
  ...TOKEN_ROUTES,
  ...ARTIFACT_ROUTES,
  ...RUN_ROUTES,
  ...ADMIN_ROUTES,
  ...PROJECT_ROUTES,
  ...CONNECTION_ROUTES,
  ...TRUST_POLICY_ROUTES,
  ...API_TOKEN_ROUTES,
  ...AUDIT_ROUTES,
  ...HOOK_ROUTES,
  ...PAGE_ROUTES,
  ...OPERATION_ROUTES,
};

export type RouteName = keyof typeof ROUTES;
