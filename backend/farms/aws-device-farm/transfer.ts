/** Bytes to and from the links that the farm gives: they carry their own permission, so nothing of ours goes along. */
import type { Outgoing } from '../../outgoing/port.ts';
import { FarmError } from '../port.ts';
import { sendFile } from '../send-file.ts';

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
export async function putFile(
  outgoing: Outgoing,
  url: URL,
  file: { size: number; open(): AsyncIterable<Uint8Array> },
): Promise<void> {
  const headers = { 'content-type': 'application/octet-stream' };
  const { status } = await sendFile(url, { outgoing, method: 'PUT', headers, size: file.size, body: file.open() });
  if (status >= 200 && status < 300) return;
  throw new FarmError('broken', `The farm’s store answered the file with status ${status}.`);
}
