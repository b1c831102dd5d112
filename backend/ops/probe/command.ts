/** `probe URL`: needs no database, no configuration and no secret of the server. */
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { DevicelaneError } from '../../errors.ts';
import { type ProbeOptions, probe, type Report, Unreachable } from './probe.ts';
import { renderTable } from './table.ts';

export const PROBE_USAGE = `usage: node backend/main.ts probe URL [--json] [--issuer URL] [--token-stdin] [--slow]
  Asks the server at URL, from outside, to do what it must refuse, and prints a table. It sends some thousand requests, a
  few at a time, that change nothing; what is refused stands in the server's audit log.
  --json         print the rows as JSON
  --issuer URL   the OIDC issuer that forged identities claim to be from; it is asked for its public key, as an attacker
                 would. By default GitHub's, which is not asked.
  --token-stdin  read a token from standard input; else the environment's DEVICELANE_TOKEN is taken, where it is set.
                 A token of the smallest scope that you have (API token, cancel-only handle) is tried for what it may not.
  --slow         also hold a connection open, which takes up to 100 s
  Exit codes: 0 all refused; 2 usage; 3 something was let through; 4 the server cannot be reached, or did not answer all.`;

const EXIT = { refused: 0, usage: 2, letThrough: 3, unanswered: 4 } as const;

type Ended = { code: number; out: string; err: string };
type Given = { token: string | undefined; stdin: AsyncIterable<string | Uint8Array> };

/** @param given a token from the environment, and where one is read from when that is asked for */
export async function probeCommand(args: readonly string[], given: Given): Promise<Ended> {
  try {
    const asked = await readArgs(args, given);
    if (asked === null) return { code: EXIT.refused, out: PROBE_USAGE, err: '' };
    const report = await probe(asked);
    const out = asked.json ? JSON.stringify(report, null, 2) : renderTable(report);
    return { code: exitCodeOf(report), out, err: '' };
  } catch (error) {
    if (error instanceof Unreachable) return { code: EXIT.unanswered, out: '', err: error.message };
    const isUsage = error instanceof DevicelaneError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
    if (!isUsage) throw error;
    return { code: EXIT.usage, out: '', err: `${(error as Error).message}\n${PROBE_USAGE}` };
  }
}

/** @returns null where only help is wanted. @throws DevicelaneError, or what parseArgs throws */
async function readArgs(args: readonly string[], given: Given): Promise<(ProbeOptions & { json: boolean }) | null> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      slow: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      'token-stdin': { type: 'boolean', default: false },
      issuer: { type: 'string' },
    },
  });
  if (values.help) return null;
  if (positionals.length !== 1) throw new DevicelaneError('invalid_request', 'Give the URL of one server.');
  const url = parseServer(positionals[0] ?? '');
  const { issuer = null } = values;
  if (issuer !== null && !/^https?:\/\/[^/?#@]+[^?#]*$/.test(issuer)) {
    throw new DevicelaneError('invalid_request', '--issuer: give the URL of an OIDC issuer.');
  }
  const token = (values['token-stdin'] ? await text(given.stdin) : (given.token ?? '')).trim() || null;
  if (token !== null) requireSendable(token, url);
  return { url, issuer, token, slow: values.slow, json: values.json };
}

function parseServer(given: string): URL {
  const url = URL.canParse(given) ? new URL(given) : null;
  const isOne = url && /^https?:$/.test(url.protocol) && url.pathname === '/';
  if (!isOne || url.search || url.hash || url.username || url.password) {
    throw new DevicelaneError('invalid_request', 'Give the URL of a server, as https://devicelane.example.com.');
  }
  return url;
}

/** A token goes over no line that others can read. */
function requireSendable(token: string, url: URL): void {
  const isSafe = url.protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (!isSafe) throw new DevicelaneError('invalid_request', 'A token is sent over https only, loopback excepted.');
  if (!/^[\x21-\x7e]{1,512}$/.test(token)) throw new DevicelaneError('invalid_request', 'The token is not one line.');
}

function exitCodeOf({ rows }: Report): number {
  if (rows.some(({ result }) => result === 'LET THROUGH')) return EXIT.letThrough;
  return rows.some(({ result }) => result === 'no answer') ? EXIT.unanswered : EXIT.refused;
}
