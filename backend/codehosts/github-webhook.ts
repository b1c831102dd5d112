/** GitHub's signature on an event: HMAC-SHA-256 over the raw bytes, in `X-Hub-Signature-256`. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Webhook } from './port.ts';

type Secrets = {
  secret: string;
  /** While the secret is changed at GitHub, the one before counts until its time. */
  previous: { secret: string; until: Date } | null;
  now: () => Date;
};

const FORM = /^sha256=([0-9a-f]{64})$/;

export function createGithubWebhook({ secret, previous, now }: Secrets): Webhook {
  return {
    isSigned(body, signature) {
      const hex = FORM.exec(signature ?? '')?.[1];
      if (!hex) return false;
      const secrets = previous && now() < previous.until ? [secret, previous.secret] : [secret];
      const given = Buffer.from(hex, 'hex');
      return secrets.some((each) => timingSafeEqual(createHmac('sha256', each).update(body).digest(), given));
    },
  };
}
