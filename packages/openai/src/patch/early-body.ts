/** The fields of a multipart request as the caller gave them: by the time the client has the request, they are encoded. */
export interface EarlyBody {
  readonly fields: unknown;
}

let current: EarlyBody | undefined;

/** Runs a resource's method, which calls the client before it returns; `takeEarlyBody` there gives this body. */
export function withEarlyBody<T>(body: EarlyBody, run: () => T): T {
  const outer = current;
  current = body;
  try {
    return run();
  } finally {
    current = outer;
  }
}

/** The body of the method that is calling the client right now. */
export function takeEarlyBody(): EarlyBody | undefined {
  const body = current;
  current = undefined;
  return body;
}
