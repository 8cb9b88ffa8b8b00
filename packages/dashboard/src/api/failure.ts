/** A failed request to the collector. The message is shown on the page. */
export class ApiFailure extends Error {
  /** The HTTP status, or 0 without a response. */
  readonly status: number;
  /** Method and path of the request, e.g. `GET /api/users`. */
  readonly request: string;

  constructor(status: number, request: string, reason: string) {
    super(reason);
    this.name = 'ApiFailure';
    this.status = status;
    this.request = request;
  }
}

/** Creates the error from the RFC 9457 problem in the response, or from the status if there is none. */
export async function failureOf(response: Response, request: string): Promise<ApiFailure> {
  const problem: unknown = await response.json().catch(() => undefined);
  return new ApiFailure(response.status, request, reasonOf(problem) ?? statusReason(response.status));
}

function reasonOf(problem: unknown): string | undefined {
  if (typeof problem !== 'object' || problem === null) return undefined;
  if ('detail' in problem && typeof problem.detail === 'string') return problem.detail;
  if ('title' in problem && typeof problem.title === 'string') return problem.title;
  return undefined;
}

function statusReason(status: number): string {
  if (status === 401) return 'A token is required.';
  if (status === 403) return 'The token does not allow this.';
  if (status === 404) return 'Not found.';
  if (status === 503) return 'The collector is busy. Try again in a moment.';
  return `The collector answered with status ${status}.`;
}
