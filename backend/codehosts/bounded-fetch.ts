type Bounds = { timeoutMs: number; maxBytes: number };

export class AnswerTooLarge extends Error {
  constructor(maxBytes: number) {
    super(`the answer is larger than ${maxBytes} bytes`);
    this.name = this.constructor.name;
  }
}

/**
 * A `fetch` that takes no more than these milliseconds and bytes of answer, and follows no redirect, since that could
 * carry a token elsewhere: it is an error, or the answer itself where it is asked for.
 */
export function boundedFetch({ timeoutMs, maxBytes }: Bounds): typeof fetch {
  return async (input, init) => {
    const answer = await fetch(input, {
      ...init,
      redirect: init?.redirect === 'manual' ? 'manual' : 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (answer.body === null) return answer;
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of answer.body) {
      bytes += chunk.length;
      // Leaving the loop also drops the connection.
      if (bytes > maxBytes) throw new AnswerTooLarge(maxBytes);
      chunks.push(chunk);
    }
    const headers = new Headers(answer.headers);
    // They speak of the bytes on the wire, which are unpacked here.
    headers.delete('content-encoding');
    headers.delete('content-length');
    return new Response(bytes === 0 ? null : Buffer.concat(chunks), { status: answer.status, headers });
  };
}
