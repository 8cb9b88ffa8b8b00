/** Names of the library's errors by HTTP status. Bundlers may rename classes, but statuses do not change. */
const STATUS_ERRORS: ReadonlyMap<number, string> = new Map([
  [400, 'BadRequestError'],
  [401, 'AuthenticationError'],
  [403, 'PermissionDeniedError'],
  [404, 'NotFoundError'],
  [409, 'ConflictError'],
  [422, 'UnprocessableEntityError'],
  [429, 'RateLimitError'],
]);

const CONNECTION_ERRORS = ['APIUserAbortError', 'APIConnectionTimeoutError', 'APIConnectionError'] as const;

const PLAIN_NAME = /^[A-Za-z_][\w.-]{0,63}$/;

/** The recordable facts of an error. Never its message, which may quote the prompt. */
export interface ErrorFacts {
  /** `error.type`: the library's class, such as `RateLimitError`. */
  readonly type: string;
  readonly status?: number;
  /** The provider's own code, such as `insufficient_quota`. */
  readonly code?: string;
}

/** Reads an error of the library. `client` has its error classes, whose names may be minified. */
export function errorFacts(error: unknown, client: object): ErrorFacts {
  if (typeof error !== 'object' || error === null) return { type: typeof error };
  const { status, code } = error as { status?: unknown; code?: unknown };
  const facts: { type: string; status?: number; code?: string } = { type: nameOf(error, status, client) };
  if (typeof status === 'number' && Number.isInteger(status)) facts.status = status;
  const plain = plainName(code);
  if (plain !== undefined) facts.code = plain;
  return facts;
}

/** A single word from the provider that is safe in an attribute; undefined for any other text. */
export function plainName(value: unknown): string | undefined {
  return typeof value === 'string' && PLAIN_NAME.test(value) ? value : undefined;
}

function nameOf(error: object, status: unknown, client: object): string {
  if (typeof status === 'number') {
    return STATUS_ERRORS.get(status) ?? (status >= 500 ? 'InternalServerError' : 'APIError');
  }
  const classes = client.constructor as unknown as Record<string, unknown>;
  for (const name of CONNECTION_ERRORS) {
    const known = classes[name];
    if (typeof known === 'function' && error instanceof known) return name;
  }
  const own = (error as { name?: unknown }).name;
  const { constructor } = error as { constructor?: { name?: unknown } };
  // All errors of the library have the name "Error", so the class is used.
  return (own === 'Error' ? plainName(constructor?.name) : plainName(own)) ?? 'Error';
}
