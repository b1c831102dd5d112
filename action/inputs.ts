/** From the step's inputs, all strings, to a submission. Each refusal names the input and says what would be right. */
import type { StartRunInput } from '../backend/contract/runs.ts';
import { FailOn, Framework } from '../backend/contract/terms.ts';
import { UsageError } from './client/errors.ts';

export type Inputs = {
  server: string;
  app: string | null;
  tests: string | null;
  /** Name of a workflow artifact to take the files from. */
  artifact: string | null;
  token: string | null;
  junit: string | null;
  run: Omit<StartRunInput, 'artifacts' | 'commit' | 'changeRequest'>;
};

/** Reads an input by its name, trimmed; '' where it is not given. */
type Read = (name: string) => string;

/** @throws UsageError */
export function parseInputs(read: Read): Inputs {
  const inputs: Inputs = {
    server: parseServer(read('server')),
    app: read('app') || null,
    tests: read('tests') || null,
    artifact: read('artifact') || null,
    token: read('token') || null,
    junit: read('junit') || null,
    run: {
      farms: lines(read('farm'), 'farm', 10, 100),
      framework: oneOf(read, 'framework', ['auto', ...Framework.options], 'auto'),
      devices: lines(read('devices'), 'devices', 100, 200),
      shards: read('shards') === '' || read('shards') === 'auto' ? 'auto' : integer(read, 'shards', 1, 100, 1),
      retries: integer(read, 'retries', 0, 10, 0),
      env: parseEnv(read('env')),
      timeout: integer(read, 'timeout', 1, 1440, 30),
      queueTimeout: integer(read, 'queue-timeout', 1, 1440, 30),
      failOn: oneOf(read, 'fail-on', FailOn.options, 'new'),
      name: parseName(read('name')),
      wait: parseBoolean(read('wait'), 'wait', true),
    },
  };
  if (inputs.app === null && inputs.artifact === null) {
    throw new UsageError(
      'app',
      'is required: the path or glob of one APK, AAB or IPA (or name a workflow artifact in `artifact`).',
    );
  }
  return inputs;
}

/** The server's URL without a slash at the end. Only to this machine may it be plain http. */
export function parseServer(text: string): string {
  if (text === '') throw new UsageError('server', 'is required: the URL of your Devicelane backend.');
  const url = URL.canParse(text) ? new URL(text) : null;
  const loopback = url && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  if (!url || (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback))) {
    throw new UsageError('server', `must be a URL that begins with https://, such as https://devicelane.example.com.`);
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new UsageError('server', 'must be a plain URL: no user name, no password, nothing after ? or #.');
  }
  return url.origin + url.pathname.replace(/\/+$/, '');
}

/** Lines without comments and blanks. */
function lines(text: string, input: string, most: number, longest: number): string[] {
  const found = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (found.length > most) throw new UsageError(input, `has ${found.length} lines; at most ${most} are taken.`);
  for (const line of found) {
    if (line.length > longest || /\p{Cc}/u.test(line)) {
      throw new UsageError(input, `a line must be at most ${longest} characters long, without control characters.`);
    }
  }
  return found;
}

function integer(read: Read, input: string, least: number, most: number, otherwise: number): number {
  const text = read(input);
  if (text === '') return otherwise;
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(input, `must be a whole number from ${least} to ${most}, not ${quote(text)}.`);
}

function oneOf<const T extends string>(read: Read, input: string, allowed: readonly T[], otherwise: T): T {
  const text = read(input) || otherwise;
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw new UsageError(input, `must be one of ${allowed.join(', ')}, not ${quote(text)}.`);
  return found;
}

function parseBoolean(text: string, input: string, otherwise: boolean): boolean {
  if (text === '') return otherwise;
  if (/^(true|True|TRUE)$/.test(text)) return true;
  if (/^(false|False|FALSE)$/.test(text)) return false;
  throw new UsageError(input, `must be true or false, not ${quote(text)}.`);
}

function parseName(text: string): string {
  if (text.length > 100 || /\p{Cc}/u.test(text)) {
    throw new UsageError('name', 'must be one line of at most 100 characters.');
  }
  return text || 'Devicelane';
}

function parseEnv(text: string): Record<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const equals = trimmed.indexOf('=');
    const key = trimmed.slice(0, Math.max(0, equals)).trim();
    // The line itself may hold a secret, so a refusal never repeats what stands behind the name.
    if (!/^[A-Za-z_]\w{0,99}$/.test(key)) {
      throw new UsageError('env', `each line must be KEY=value, with a KEY of letters, digits and _; one is not.`);
    }
    if (found.has(key)) throw new UsageError('env', `${key} is given twice.`);
    const value = trimmed.slice(equals + 1);
    if (value.length > 4096) throw new UsageError('env', `the value of ${key} is longer than 4096 characters.`);
    found.set(key, value);
  }
  return Object.fromEntries(found);
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
