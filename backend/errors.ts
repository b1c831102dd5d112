/**
 * The closed list of things that this product refuses or fails with, and the one error class that carries them.
 *
 * A client sees the code, the sentence and a request id; causes stay in the log. `refused` codes say that the caller must
 * change something; `broken` codes say that trying again later may help.
 */
export const ERROR_CODES = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'No valid credential was presented' },
  invalid_token: { status: 401, title: 'The token is not valid' },
  replayed: { status: 401, title: 'The token was used before' },
  invalid_proof: { status: 401, title: 'The proof of possession is not valid' },
  forbidden: { status: 403, title: 'The credential does not allow this' },
  untrusted: { status: 403, title: 'No trust policy allows this identity' },
  not_granted: { status: 403, title: 'The trust policy does not grant this' },
  not_found: { status: 404, title: 'There is nothing here that you may see' },
  conflict: { status: 409, title: 'The request contradicts the present state' },
  run_differs: { status: 409, title: 'A run with this key exists, made by another request' },
  prior_mismatch: { status: 409, title: 'The file cannot be rebuilt from the difference' },
  gone: { status: 410, title: 'It was forgotten' },
  length_required: { status: 411, title: 'The request must say its length' },
  too_large: { status: 413, title: 'The content is too large' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  range_not_satisfiable: { status: 416, title: 'The range is not in the content' },
  digest_mismatch: { status: 422, title: 'The bytes do not match the digest' },
  size_mismatch: { status: 422, title: 'The bytes do not match the size' },
  invalid_artifact: { status: 422, title: 'The file is not a usable build' },
  unsupported: { status: 422, title: 'The chosen farm or configuration cannot do this' },
  quota_exceeded: { status: 429, title: 'A limit was reached' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'The backend failed' },
  unavailable: { status: 503, title: 'A part of the backend is not available' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

type ErrorOptions = { field?: string; cause?: unknown; retryAfterSeconds?: number };

/** Anything that a caller is told: a code of the closed list and one sentence that says what to do. */
export class DevicelaneError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  /** The input to change: a JSON property, a header or a form field. */
  readonly field: string | undefined;
  /** When another try may help, where that is known. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, detail: string, options: ErrorOptions = {}) {
    super(detail, { cause: options.cause });
    this.name = this.constructor.name;
    this.code = code;
    this.status = ERROR_CODES[code].status;
    this.field = options.field;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The error for a thing that is absent and for a thing of somebody else alike, so that neither can be told apart. */
export function notFound(): DevicelaneError {
  return new DevicelaneError('not_found', 'There is nothing with this id that the presented credential may see.');
}
