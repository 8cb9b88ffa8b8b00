/** The original fields of a multipart request, which are already encoded when the client receives the request. */
export interface EarlyBody {
  readonly fields: unknown;
}

let current: EarlyBody | undefined;

/** Runs a resource's method, which calls the client synchronously. `takeEarlyBody` returns this body there. */
export function withEarlyBody<T>(body: EarlyBody, run: () => T): T {
  const outer = current;
  current = body;
  try {
    return run();
  } finally {
    current = outer;
  }
}

/** The body of the resource method that is currently calling the client. */
export function takeEarlyBody(): EarlyBody | undefined {
  const body = current;
  current = undefined;
  return body;
}
