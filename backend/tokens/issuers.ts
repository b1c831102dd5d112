/**
 * The registered issuers of CI identities and their keys.
 *
 * An issuer is found by its exact URL only, before anything is fetched. Its last good keys are kept when it cannot be
 * asked; keys are asked for again when old, and, at most twice a minute, when a token names an unknown one.
 */
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import * as z from 'zod';
import { fetchJson } from './json-fetch.ts';

export type IssuerConfig = { issuer: string; kind: 'github' | 'gitlab'; apiUrl?: string };
export type Issuer = IssuerConfig & { keys: JWTVerifyGetKey };
export type Issuers = ReadonlyMap<string, Issuer>;

const MAX_AGE_MS = 10 * 60_000;
const COOLDOWN_MS = 30_000;

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });
const KeySet = z.object({
  keys: z
    .array(z.looseObject({ kty: z.string() }))
    .min(1)
    .max(50),
});

export function createIssuers(configs: readonly IssuerConfig[], now: () => number): Issuers {
  return new Map(configs.map((config) => [config.issuer, { ...config, keys: cachedKeys(config, now) }]));
}

/** Asks an issuer for its keys. @throws Error when it cannot be asked, or answers what no issuer would */
export async function fetchKeys(config: IssuerConfig): Promise<JSONWebKeySet> {
  const base = config.issuer.replace(/\/$/, '');
  const discovery = Discovery.parse(await fetchJson(new URL(`${base}/.well-known/openid-configuration`)));
  if (discovery.issuer !== config.issuer) throw new Error(`${config.issuer} calls itself another issuer`);
  const keysUrl = new URL(discovery.jwks_uri);
  if (keysUrl.origin !== new URL(config.issuer).origin) throw new Error(`${config.issuer} keeps its keys elsewhere`);
  return KeySet.parse(await fetchJson(keysUrl)) as JSONWebKeySet;
}

function cachedKeys(config: IssuerConfig, now: () => number): JWTVerifyGetKey {
  let known: { find: JWTVerifyGetKey; at: number } | null = null;
  let triedAt = Number.NEGATIVE_INFINITY;
  let fetching: Promise<void> | null = null;

  async function refresh(): Promise<void> {
    triedAt = now();
    try {
      known = { find: createLocalJWKSet(await fetchKeys(config)), at: now() };
    } catch (error) {
      if (!known) throw error;
    }
  }
  const refreshOnce = (): Promise<void> => {
    fetching ??= refresh().finally(() => {
      fetching = null;
    });
    return fetching;
  };
  const mayAsk = (): boolean => now() - triedAt >= COOLDOWN_MS;

  return async (header, token) => {
    if (!known || (now() - known.at > MAX_AGE_MS && mayAsk())) await refreshOnce();
    try {
      return await known!.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !mayAsk()) throw error;
      await refreshOnce();
      return known!.find(header, token);
    }
  };
}
