/** Where a request was sent: which host the path belongs to, and what is left of the path. */
export interface Place {
  /** `openai`, `azure`, `groq` or `openrouter`. */
  readonly host: string;
  /** Below the host's base, without the query. */
  readonly route: string;
  readonly query: URLSearchParams;
  /** Azure's deployment, which stands for the model. */
  readonly deployment?: string;
}

const BASES: readonly (readonly [host: string, base: RegExp])[] = [
  ['openai', /^\/v1(?=\/)/],
  ['groq', /^\/groq\/openai\/v1(?=\/)/],
  ['openrouter', /^\/openrouter\/api\/v1(?=\/)/],
  ['azure', /^\/openai\/deployments\/([^/]+)(?=\/)/],
  ['azure', /^\/openai(?:\/v1)?(?=\/)/],
];

/** Reads a request's path. An unknown base is `openai` with the whole path, which no route knows: a 404. */
export function placeOf(path: string): Place {
  const url = new URL(path, 'http://localhost');
  for (const [host, base] of BASES) {
    const match = base.exec(url.pathname);
    if (match === null) continue;
    const route = url.pathname.slice(match[0].length);
    const deployment = match[1] === undefined ? {} : { deployment: decodeURIComponent(match[1]) };
    return { host, route, query: url.searchParams, ...deployment };
  }
  return { host: 'openai', route: url.pathname, query: url.searchParams };
}
