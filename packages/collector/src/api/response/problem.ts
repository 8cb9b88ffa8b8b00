/** An error that becomes the answer to a request: `application/problem+json` with its status. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly statusCode: number;

  constructor(statusCode: number, detail: string) {
    super(detail);
    this.statusCode = statusCode;
  }
}

export function notFound(what: string): Problem {
  return new Problem(404, `This project has no such ${what}.`);
}
