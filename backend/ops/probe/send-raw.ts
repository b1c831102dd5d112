/** A request byte by byte, over a connection of its own. */
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { NoAnswer } from './attack.ts';

export type RawAnswer = {
  /** Of every answer on the connection but `1xx`; none: the server closed it without a word. */
  statuses: number[];
  text: string;
};
/** Milliseconds between two pieces, and until the end. */
export type Pace = { pauseMs: number; timeoutMs: number };

/** How long a server that has answered is waited for to say more, in milliseconds. */
const QUIET_MS = 150;
const MAX_TEXT = 1024 * 1024;

/** To connect to: an address of version 6 has no brackets there. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/** @throws NoAnswer */
export function sendRaw(
  url: URL,
  pieces: readonly (string | Uint8Array)[],
  { pauseMs, timeoutMs }: Pace,
): Promise<RawAnswer> {
  const host = hostOf(url);
  const isSecure = url.protocol === 'https:';
  const port = Number(url.port || (isSecure ? 443 : 80));
  return new Promise((resolve, reject) => {
    const socket: Socket = isSecure
      ? connectSecure({ host, port, servername: isIP(host) ? '' : host })
      : connect(port, host);
    let text = '';
    let quiet: NodeJS.Timeout | undefined;
    const end = (): void => {
      clearTimeout(timer);
      clearTimeout(quiet);
      socket.destroy();
    };
    const done = (): void => {
      end();
      const statuses = [...text.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map((match) => Number(match[1]));
      resolve({ statuses: statuses.filter((status) => status >= 200), text });
    };
    const fail = (what: string): void => {
      end();
      reject(new NoAnswer(what));
    };
    const timer = setTimeout(() => fail(`no answer in ${timeoutMs / 1000} s`), timeoutMs);
    socket.setEncoding('utf8').on('data', (more) => {
      text += more;
      clearTimeout(quiet);
      if (text.length > MAX_TEXT) done();
      else quiet = setTimeout(done, QUIET_MS);
    });
    socket.on('close', done);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // A server may well break off what it will not read.
      if (['ECONNRESET', 'EPIPE'].includes(error.code ?? '')) done();
      else fail(`no answer (${error.code ?? 'broken'})`);
    });
    const send = async (): Promise<void> => {
      for (const piece of pieces) {
        if (!socket.writable) return;
        socket.write(piece);
        if (pauseMs > 0) await new Promise((go) => setTimeout(go, pauseMs));
      }
    };
    socket.once(isSecure ? 'secureConnect' : 'connect', () => void send());
  });
}
