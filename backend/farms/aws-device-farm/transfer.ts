/** Bytes to and from the links that the farm gives: they carry their own permission, so nothing of ours goes along. */
import { FarmError } from '../port.ts';
import { sendFile } from '../send-file.ts';

/** Milliseconds without a byte, either way. */
const IDLE_MS = 60_000;

/** Only AWS itself, or the host of a private endpoint. @throws FarmError `broken` */
export function requireOurs(link: string | undefined, baseUrl: string | undefined): URL {
  if (link && URL.canParse(link)) {
    const url = new URL(link);
    const isAws = url.protocol === 'https:' && /\.amazonaws\.com(\.cn)?$/.test(url.hostname);
    if (isAws || (baseUrl !== undefined && url.host === new URL(baseUrl).host)) return url;
  }
  throw new FarmError('broken', 'The farm gave a link that leads elsewhere.');
}

/** Puts a file where the link says, with its length: the store takes no chunks. @throws FarmError `broken` */
export async function putFile(url: URL, file: { size: number; open(): AsyncIterable<Uint8Array> }): Promise<void> {
  const headers = { 'content-type': 'application/octet-stream' };
  const { status } = await sendFile(url, { method: 'PUT', headers, size: file.size, body: file.open() });
  if (status >= 200 && status < 300) return;
  throw new FarmError('broken', `The farm’s store answered the file with status ${status}.`);
}

/** Bytes from an offset on; null where the link is not good any more. @throws FarmError `broken` */
export async function getFile(url: URL, offset: number): Promise<AsyncIterable<Uint8Array> | null> {
  let response: Response;
  try {
    const headers: Record<string, string> = offset > 0 ? { range: `bytes=${offset}-` } : {};
    response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(IDLE_MS) });
  } catch (error) {
    throw new FarmError('broken', 'The farm’s store did not answer.', { cause: error });
  }
  if (response.ok && response.body && (offset === 0 || response.status === 206)) return response.body;
  await response.body?.cancel();
  if (response.status === 403 || response.status === 404) return null;
  throw new FarmError('broken', `The farm’s store answered with status ${response.status}.`);
}
