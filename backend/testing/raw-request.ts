/** A request byte by byte: for what no well-behaved client would send. */
import { connect } from 'node:net';

/** Writes the pieces, with pauses, as long as the server listens; reads until it closes. */
export function rawRequest(
  url: string,
  pieces: readonly (string | Uint8Array | { pauseMs: number })[],
): Promise<{ status: number; text: string; sentAll: boolean }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let received = '';
    let sentAll = false;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      received += text;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve({ status: Number(received.split(' ')[1] ?? 0), text: received, sentAll }));
    const send = async (): Promise<void> => {
      for (const piece of pieces) {
        if (typeof piece === 'object' && 'pauseMs' in piece) await new Promise((go) => setTimeout(go, piece.pauseMs));
        else if (socket.writable) await new Promise((sent) => socket.write(piece, sent));
        else return;
      }
      sentAll = true;
    };
    send().catch(reject);
  });
}
