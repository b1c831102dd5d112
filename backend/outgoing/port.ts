/** Requests to addresses that a customer's word leads to, which are hostile until shown otherwise. */
import type { ClientRequest } from 'node:http';

export interface Outgoing {
  /** The address, where it may be sent to at all; its name is looked up with each connection. @throws NotReachable */
  requireUrl(text: string): URL;
  /**
   * As the platform's `fetch`, but that no redirect is followed, the body is sent whole and the answer has a bound.
   *
   * @param init.mostBytes of the answer's body, which fails at the next one. Default: no bound
   * @throws NotReachable, and as `node:http` does where nothing answers
   */
  fetch(address: string | URL, init?: RequestInit & { mostBytes?: number }): Promise<Response>;
  /** A request whose body is the caller's to write, and whose `error` may be `NotReachable`. @throws NotReachable */
  request(address: string | URL, options: RequestOptions): ClientRequest;
}

export type RequestOptions = {
  method: string;
  headers: Readonly<Record<string, string | number>>;
  signal?: AbortSignal;
};

/** Nothing is sent there. Never holds the address, which may be a secret. */
export class NotReachable extends Error {
  constructor(message: string) {
    super(message);
    this.name = this.constructor.name;
  }
}
