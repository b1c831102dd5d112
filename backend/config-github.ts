/** What the environment says of GitHub: the backend's own App, how people sign in through it, and what signs its events. */
import { createPrivateKey } from 'node:crypto';
import * as z from 'zod';
import { ConfigError, type Env, parseJson, parseUrl } from './config-values.ts';

export type GithubConfig = {
  githubApp: { appId: string; privateKey: string; apiUrl: string } | null;
  /** With which people prove at GitHub that they run a repository; null: the operator approves. */
  githubSignIn: { clientId: string; clientSecret: string } | null;
  /** What GitHub signs its events with; `previous` counts until its time while the secret is changed there. */
  githubWebhook: { secret: string; previous: { secret: string; until: Date } | null } | null;
};

/** @throws ConfigError */
export const parseGithub = (env: Env): GithubConfig => ({
  githubApp: parseGithubApp(env),
  githubSignIn: parseGithubSignIn(env),
  githubWebhook: parseGithubWebhook(env),
});

function parseGithubApp(env: Env): GithubConfig['githubApp'] {
  const appId = env.GITHUB_APP_ID;
  const privateKey = env.GITHUB_APP_PRIVATE_KEY;
  if (!appId && !privateKey) return null;
  if (!appId || !/^\w{1,40}$/.test(appId)) throw new ConfigError('GITHUB_APP_ID', 'must be the id of the GitHub App');
  if (!privateKey || !isPrivateKey(privateKey)) {
    throw new ConfigError('GITHUB_APP_PRIVATE_KEY', 'must be the PEM of its private key');
  }
  return { appId, privateKey, apiUrl: parseUrl('GITHUB_API_URL', env.GITHUB_API_URL || 'https://api.github.com') };
}

function parseGithubSignIn(env: Env): GithubConfig['githubSignIn'] {
  const { GITHUB_APP_CLIENT_ID: clientId, GITHUB_APP_CLIENT_SECRET: clientSecret } = env;
  if (!clientId && !clientSecret) return null;
  if (!clientId || !/^[\w.-]{1,100}$/.test(clientId)) {
    throw new ConfigError('GITHUB_APP_CLIENT_ID', 'must be the client ID of the GitHub App');
  }
  if (!clientSecret) throw new ConfigError('GITHUB_APP_CLIENT_SECRET', 'must be a client secret of the GitHub App');
  if (!env.GITHUB_APP_ID) throw new ConfigError('GITHUB_APP_CLIENT_ID', 'needs GITHUB_APP_ID beside it');
  return { clientId, clientSecret };
}

const PreviousSecret = z.strictObject({ secret: z.string().min(1), until: z.iso.datetime({ offset: true }) });
/** Shorter ones can be guessed from one signed event. */
const LEAST_SECRET = 16;

function parseGithubWebhook(env: Env): GithubConfig['githubWebhook'] {
  const { GITHUB_WEBHOOK_SECRET: secret, GITHUB_WEBHOOK_PREVIOUS: before } = env;
  if (!secret) {
    if (before) throw new ConfigError('GITHUB_WEBHOOK_PREVIOUS', 'needs GITHUB_WEBHOOK_SECRET beside it');
    return null;
  }
  if (!env.GITHUB_APP_ID) throw new ConfigError('GITHUB_WEBHOOK_SECRET', 'needs GITHUB_APP_ID beside it');
  if (secret.length < LEAST_SECRET) {
    throw new ConfigError('GITHUB_WEBHOOK_SECRET', `must have at least ${LEAST_SECRET} characters`);
  }
  if (!before) return { secret, previous: null };
  const previous = PreviousSecret.safeParse(parseJson(before));
  if (!previous.success) {
    throw new ConfigError('GITHUB_WEBHOOK_PREVIOUS', 'must be JSON { "secret": text, "until": time with a zone }');
  }
  return { secret, previous: { secret: previous.data.secret, until: new Date(previous.data.until) } };
}

function isPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}
