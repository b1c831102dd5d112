/** Sends webhooks over https: to public addresses, and to hosts that the operator has opened. */
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { type OutgoingWebhooks, WebhookError } from './port.ts';
import { isPublicAddress, lookupPublic } from './public-address.ts';

const TIMEOUT_MS = 10_000;

/** @param options.openHosts `host` or `host:port` of this network: reached whatever their address, and by http too */
export function createHttpsWebhooks({ openHosts }: { openHosts: readonly string[] }): OutgoingWebhooks {
  const isOpen = ({ host, hostname }: URL): boolean => openHosts.includes(host) || openHosts.includes(hostname);

  function parse(text: string): URL {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (!url || url.username || url.password || url.hash) {
      throw new WebhookError('refused', 'it is no address without user and fragment');
    }
    if (isOpen(url) && /^https?:$/.test(url.protocol)) return url;
    if (url.protocol !== 'https:') throw new WebhookError('refused', 'it is not https');
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) !== 0 && !isPublicAddress(literal))
      throw new WebhookError('refused', 'it is not a public address');
    return url;
  }

  return {
    requireUrl: (url) => void parse(url),
    async send(text, { id, body }) {
      const url = parse(text);
      const payload = Buffer.from(JSON.stringify(body));
      const request = url.protocol === 'https:' ? requestHttps : requestHttp;
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        request(
          url,
          {
            method: 'POST',
            headers: {
              'content-type': 'application/json',
              'content-length': payload.length,
              'user-agent': 'devicelane',
              'webhook-id': id,
            },
            // No connection of before is used again: it was checked for another name.
            agent: false,
            signal: AbortSignal.timeout(TIMEOUT_MS),
            ...(isOpen(url) ? {} : { lookup: lookupPublic }),
          },
          resolve,
        )
          .on('error', reject)
          .end(payload);
      }).catch((error: NodeJS.ErrnoException) => {
        throw new WebhookError('broken', `it could not be reached (${error.code ?? error.name})`);
      });
      // What it answers is nobody's business, and may be endless; a redirect is not followed.
      answer.destroy();
      const status = answer.statusCode ?? 0;
      if (status < 200 || status > 299) throw new WebhookError('broken', `it answered ${status}`);
    },
  };
}
