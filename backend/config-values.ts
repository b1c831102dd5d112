/** Values that several variables have in common, and what is thrown for a bad one. */
import { resolve } from 'node:path';

/** A value that stops the start. */
export class ConfigError extends Error {
  constructor(name: string, problem: string) {
    super(`${name}: ${problem}`);
    this.name = this.constructor.name;
  }
}

export type Env = Readonly<Record<string, string | undefined>>;

export function fileUrl(name: string, text: string | undefined): string | null {
  if (!text) return null;
  if (!text.startsWith('file:') || text.length === 'file:'.length) throw new ConfigError(name, 'must be file:PATH');
  return resolve(text.slice('file:'.length));
}

/** @throws ConfigError that says where the JSON breaks off */
export function requireJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(name, `is not JSON (${(cause as Error).message})`);
  }
}

export function isLoopback(url: URL): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
}

/** Without a trailing slash. @throws ConfigError */
export function parseUrl(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw new ConfigError(name, `"${text}" is not an http or https URL`);
  if (url.search || url.hash || url.username) throw new ConfigError(name, 'must have no query, fragment or user');
  return url.href.replace(/\/$/, '');
}

/** null where it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
