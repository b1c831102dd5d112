/**
 * HTTPS_PROXY, HTTP_PROXY and NO_PROXY for `fetch`. Node does it itself once asked to; a bundled HTTP client for it would
 * cost every start 80 ms. (@actions/core has its own way for the OIDC token.)
 *
 * https://nodejs.org/api/http.html#built-in-proxy-support
 */
import * as http from 'node:http';
import type { Env } from './ci/ci.ts';
import { BrokenError } from './client/errors.ts';

/** @throws BrokenError on a Node that is too old to be asked, unless it was told at its start by NODE_USE_ENV_PROXY */
export function useProxyOf(env: Env): void {
  const proxied = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].some((name) => env[name]);
  if (!proxied || env.NODE_USE_ENV_PROXY === '1') return;
  if (typeof http.setGlobalProxyFromEnv !== 'function') {
    throw new BrokenError(
      `The runner's Node ${process.versions.node} cannot be told of a proxy by an action. ` +
        'Set NODE_USE_ENV_PROXY=1 in the environment of the job or of the runner, or update the runner.',
    );
  }
  http.setGlobalProxyFromEnv(env);
}
