/** Webhooks that go out: to an address that a customer names, which is hostile until shown otherwise. */
export interface OutgoingWebhooks {
  /** Whether it may be sent to at all; the address is looked up anew with each sending. @throws WebhookError `refused` */
  requireUrl(url: string): void;
  /** Resolves once it was taken, with a status of 2xx. @throws WebhookError */
  send(url: string, message: { id: string; body: unknown }): Promise<void>;
}

/** `refused`: this server sends nothing there; `broken`: try again later. Never holds the address, which may be a secret. */
export class WebhookError extends Error {
  readonly kind: 'refused' | 'broken';
  constructor(kind: 'refused' | 'broken', message: string) {
    super(message);
    this.name = this.constructor.name;
    this.kind = kind;
  }
}
